// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd: from the command line to the supervisor, and in its child to the running daemon. The order matters: signals
// are blocked and processes forked before any thread exists, SCHED_FIFO is asked for last.
#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "config/load.hpp"
#include "config/print.hpp"
#include "control/version.hpp"
#include "daemon/checked_configuration.hpp"
#include "daemon/daemonize.hpp"
#include "daemon/logging.hpp"
#include "daemon/notify_socket.hpp"
#include "daemon/options.hpp"
#include "daemon/pidfile.hpp"
#include "daemon/realtime.hpp"
#include "daemon/service.hpp"
#include "daemon/supervisor.hpp"
#include "daemon/supervisor_log.hpp"
#include "daemon/surroundings.hpp"
#include "runtime/publication.hpp"

namespace {

using namespace xvrrp;

constexpr int failed = 1;

/// Where the findings about a configuration go: appended to the file of --config-test, else to standard error.
void report_finding(const daemon::options& how, const std::string& text)
{
    const bool to_file = how.test && how.test->report;
    std::FILE* out = to_file ? std::fopen(how.test->report->c_str(), "ae") : stderr;
    if (out == nullptr) {
        fmt::print(stderr, "xvrrpd: {} can't be written\n{}\n", how.test->report->string(), text);
        return;
    }
    fmt::print(out, "{}\n", text);
    if (out != stderr) {
        std::ignore = std::fclose(out);
    }
}

/// --config-test and --print-config.
int examine_configuration(const daemon::options& how)
{
    result<config::loaded> read = daemon::inspect(how);
    if (!read) {
        report_finding(how, read.error().what);
        return static_cast<int>(config::test_status::cannot_run);
    }
    config::test_status status = config::status_of(*read);
    if (daemon::check_scripts(*read) && status == config::test_status::ok) {
        status = config::test_status::scripts_refused;
    }
    for (const config::diagnostic& each : read->diagnostics) {
        if (each.level != config::severity::note) {
            report_finding(how, to_string(each));
        }
    }
    if (how.print_config) {
        fmt::print("{}", config::print(read->config));
    }
    return static_cast<int>(status);
}

struct pid_files {
    daemon::pid_file to_signal;
    std::optional<daemon::pid_file> running_vrrp;
};

result<pid_files> make_pid_files(const daemon::options& how)
{
    auto first = daemon::pid_file::create(how.pid_file);
    if (!first) {
        return std::unexpected(first.error());
    }
    pid_files files{.to_signal = std::move(*first), .running_vrrp = std::nullopt};
    if (how.vrrp_pid_file && *how.vrrp_pid_file != how.pid_file) {
        auto second = daemon::pid_file::create(*how.vrrp_pid_file);
        if (!second) {
            return std::unexpected(second.error());
        }
        files.running_vrrp.emplace(std::move(*second));
    }
    return files;
}

daemon::log_settings log_settings_of(const daemon::options& how)
{
    return {.console = how.foreground && how.log_console,
            .syslog = how.log_syslog,
            .detail = how.log_detail,
            .facility = how.syslog_facility};
}

/// What the run before ran, if there was one and it isn't to be replaced; else what the file says.
result<config::loaded> configuration_to_run(const daemon::options& how, const daemon::daemon_role& role)
{
    result<config::loaded> read = fail("no configuration");
    if (!role.configuration || role.prefers_file) {
        read = daemon::load_checked(how);
    }
    if (!read && role.configuration) {
        config::loaded kept = config::parse(*role.configuration, "running configuration");
        kept.from = how.config_file.empty() ? "the environment" : how.config_file.string();
        daemon::check_scripts(kept);
        if (!kept.config.instances.empty()) {
            return kept;
        }
        read = daemon::load_checked(how);
    }
    return read;
}

void announce_start(const daemon::options& how, const daemon::daemon_role& role, const config::loaded& read,
                    daemon::logger& log)
{
    log.notice("Starting xvrrpd {}", control::program_version());
    if (role.configuration) {
        log.info("Started again by the supervisor, with the configuration that ran before{}",
                 role.prefers_file ? ", or the file's if it can run" : "");
    }
    log.info("Configuration: {}", read.from);
    if (how.remark) {
        log.info("{}", *how.remark);
    }
    daemon::log_diagnostics(log, read);
    if (how.dump_config) {
        configuration shown = read.config;
        for (vrrp_instance& each : shown.instances) {
            if (each.auth_pass) {
                each.auth_pass = "********";
            }
        }
        log.info("{}", config::print(shown));
    }
}

/// vrrp_startup_delay and vrrp_delay_after_boot, from now on. A daemon that takes the place of a dead one waits for
/// nothing.
duration start_delay(const global_settings& global)
{
    timespec up{};
    ::clock_gettime(CLOCK_BOOTTIME, &up);
    const duration since_boot = std::chrono::seconds(up.tv_sec) + std::chrono::nanoseconds(up.tv_nsec);
    return std::max(global.startup_delay, global.delay_after_boot - since_boot);
}

/// The daemon. `background` is there when the start is still to be reported.
int serve(const daemon::options& how, daemon::daemon_role& role, runtime::publication& for_supervisor,
          daemon::background_child* background)
{
    const auto give_up = [background](const std::string& message) {
        if (background != nullptr) {
            background->failed(failed, message);
        } else {
            fmt::print(stderr, "{}\n", message);
        }
        return failed;
    };
    const result<config::loaded> read = configuration_to_run(how, role);
    if (!read) {
        return give_up("xvrrpd: " + read.error().what);
    }
    daemon::log_writer log(log_settings_of(how));
    announce_start(how, role, *read, log);
    for (const std::string& refused : daemon::place_process(read->config.global.process)) {
        log.warning("{}", refused);
    }
    auto service =
        daemon::service::start({.how = how,
                                .log = log,
                                .manager = role.manager,
                                .for_supervisor = for_supervisor,
                                .supervisor = role.supervisor,
                                .spawner = role.spawner,
                                .wait = role.configuration ? duration::zero() : start_delay(read->config.global),
                                .after_crash = role.configuration.has_value()},
                               *read);
    if (!service) {
        log.error("{}", service.error().what);
        return give_up("xvrrpd: " + service.error().what);
    }
    for (const std::string& refused : daemon::request_realtime(read->config.global.process.realtime_priority)) {
        log.info("{}", refused);
    }
    if (background != nullptr) {
        if (result<void> told = background->ready(); !told) {
            log.warning("{}", told.error().what);
        }
    }
    if (result<void> told = role.manager.ready(role.supervisor, std::chrono::seconds(1)); !told) {
        log.warning("{}", told.error().what);
    }
    const result<void> ended = (*service)->run();
    service->reset();
    if (!ended) {
        log.error("{}", ended.error().what);
        return failed;
    }
    log.notice("Stopped xvrrpd {}", control::program_version());
    return 0;
}

/// The supervisor, and the daemons that it forks. `background` is there when nobody waits in the foreground.
int supervise(const daemon::options& how, const surroundings_settings& around, pid_files& files,
              daemon::background_child* background)
{
    const auto give_up = [background](const error& why) {
        const std::string message = "xvrrpd: " + why.what;
        if (background != nullptr) {
            background->failed(failed, message);
        } else {
            fmt::print(stderr, "{}\n", message);
        }
        return failed;
    };
    auto manager = daemon::notify_socket::from_environment();
    if (!manager) {
        return give_up(manager.error());
    }
    auto published = runtime::publication::create();
    if (!published) {
        return give_up(published.error());
    }
    daemon::supervisor_log log(log_settings_of(how));
    daemon::surrounding outside(around, log);
    auto outcome = [&]() -> result<std::variant<int, daemon::daemon_role>> {
        auto supervisor =
            daemon::supervisor::open({.how = how,
                                      .manager = *manager,
                                      .published = *published,
                                      .background = background,
                                      .daemon_pid_file = files.running_vrrp ? &*files.running_vrrp : nullptr},
                                     log);
        if (!supervisor) {
            return std::unexpected(supervisor.error());
        }
        return supervisor->run();
    }();
    if (!outcome) {
        outside.leave();
        return give_up(outcome.error());
    }
    if (const int* status = std::get_if<int>(&*outcome)) {
        outside.leave();
        return *status;
    }
    return serve(how, std::get<daemon::daemon_role>(*outcome), *published, background);
}

int run(daemon::options how)
{
    const result<surroundings_settings> around = daemon::enter_surroundings(how);
    if (!around) {
        fmt::print(stderr, "xvrrpd: {}\n", around.error().what);
        return failed;
    }
    result<pid_files> files = make_pid_files(how);
    if (!files) {
        fmt::print(stderr, "{}\n", files.error().what);
        return failed;
    }
    daemon::block_signals();
    if (how.foreground) {
        return supervise(how, *around, *files, nullptr);
    }
    auto forked = daemon::start_in_background();
    if (!forked) {
        fmt::print(stderr, "xvrrpd: {}\n", forked.error().what);
        return failed;
    }
    if (const auto* parent = std::get_if<daemon::parent_result>(&*forked)) {
        if (!parent->message.empty()) {
            fmt::print(stderr, "{}\n", parent->message);
        }
        return parent->status;
    }
    auto& child = std::get<daemon::background_child>(*forked);
    if (result<void> written = files->to_signal.rewrite(); !written) {
        child.failed(failed, "xvrrpd: " + written.error().what);
        return failed;
    }
    return supervise(how, *around, *files, &child);
}

} // namespace

int main(int argc, char** argv)
{
    daemon::open_standard_descriptors();
    const auto parsed = daemon::parse_options(argc, argv);
    if (const auto* end = std::get_if<daemon::command_line_end>(&parsed)) {
        fmt::print(end->status == 0 ? stdout : stderr, "{}", end->text);
        return end->status;
    }
    const auto& how = std::get<daemon::options>(parsed);
    return how.test || how.print_config ? examine_configuration(how) : run(how);
}
