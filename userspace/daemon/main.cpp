// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd: from the command line to the running daemon. The order matters: signals are blocked before any thread exists,
// the background is entered before the log's threads start, SCHED_FIFO is asked for last.
#include <fmt/core.h>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "config/load.hpp"
#include "config/print.hpp"
#include "control/version.hpp"
#include "daemon/daemonize.hpp"
#include "daemon/logging.hpp"
#include "daemon/notify_socket.hpp"
#include "daemon/options.hpp"
#include "daemon/pidfile.hpp"
#include "daemon/realtime.hpp"
#include "daemon/service.hpp"

namespace {

using namespace xvrrp;

constexpr int failed = 1;

int test_configuration(const daemon::options& how)
{
    const auto report = [&](const std::string& text) {
        std::FILE* out = how.test->report ? std::fopen(how.test->report->c_str(), "ae") : stderr;
        if (out == nullptr) {
            fmt::print(stderr, "xvrrpd: {} can't be written\n{}\n", how.test->report->string(), text);
            return;
        }
        fmt::print(out, "{}\n", text);
        if (out != stderr) {
            std::ignore = std::fclose(out);
        }
    };
    const result<config::loaded> read = config::inspect(how.config_file);
    if (!read) {
        report(read.error().what);
        return static_cast<int>(config::test_status::cannot_run);
    }
    for (const config::diagnostic& each : read->diagnostics) {
        if (each.level != config::severity::note) {
            report(to_string(each));
        }
    }
    return static_cast<int>(config::status_of(*read));
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

result<void> rewrite(pid_files& files)
{
    if (result<void> done = files.to_signal.rewrite(); !done) {
        return done;
    }
    return files.running_vrrp ? files.running_vrrp->rewrite() : result<void>{};
}

void announce_start(const daemon::options& how, const config::loaded& read, daemon::logger& log)
{
    log.notice("Starting xvrrpd {}", control::program_version());
    log.info("Configuration file {}", how.config_file.string());
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

/// Everything after the fork. `child` is there when we run in the background.
int serve(const daemon::options& how, const config::loaded& read, daemon::background_child* child)
{
    const auto give_up = [child](const std::string& message) {
        if (child != nullptr) {
            child->failed(failed, message);
        } else {
            fmt::print(stderr, "{}\n", message);
        }
        return failed;
    };
    auto manager = daemon::notify_socket::from_environment();
    if (!manager) {
        return give_up("xvrrpd: " + manager.error().what);
    }
    daemon::log_writer log({.console = how.foreground && how.log_console,
                            .syslog = how.log_syslog,
                            .detail = how.log_detail,
                            .facility = how.syslog_facility});
    announce_start(how, read, log);
    auto service = daemon::service::start(how, read.config, log, *manager);
    if (!service) {
        log.error("{}", service.error().what);
        return give_up("xvrrpd: " + service.error().what);
    }
    for (const std::string& refused : daemon::request_realtime()) {
        log.info("{}", refused);
    }
    if (child != nullptr) {
        if (result<void> told = child->ready(); !told) {
            log.warning("{}", told.error().what);
        }
    }
    if (result<void> told = manager->ready(::getpid(), std::chrono::seconds(1)); !told) {
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

int run(const daemon::options& how)
{
    const result<config::loaded> read = config::load(how.config_file);
    if (!read) {
        fmt::print(stderr, "xvrrpd: {}\n", read.error().what);
        return failed;
    }
    result<pid_files> files = make_pid_files(how);
    if (!files) {
        fmt::print(stderr, "{}\n", files.error().what);
        return failed;
    }
    daemon::block_signals();
    if (how.foreground) {
        return serve(how, *read, nullptr);
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
    if (result<void> written = rewrite(*files); !written) {
        child.failed(failed, "xvrrpd: " + written.error().what);
        return failed;
    }
    return serve(how, *read, &child);
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
    return how.test ? test_configuration(how) : run(how);
}
