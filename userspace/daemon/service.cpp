// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/service.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "config/print.hpp"
#include "control/version.hpp"
#include "daemon/checked_configuration.hpp"

namespace xvrrp::daemon {

namespace {

/// How long a client of the control socket waits for the loop.
constexpr std::chrono::milliseconds patience{5000};

sigset_t awaited_signals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

severity severity_of(runtime::log_level level)
{
    switch (level) {
    case runtime::log_level::debug:
        return severity::debug;
    case runtime::log_level::warning:
        return severity::warning;
    case runtime::log_level::error:
        return severity::error;
    case runtime::log_level::info:
        break;
    }
    return severity::info;
}

severity severity_of(config::severity level)
{
    switch (level) {
    case config::severity::warning:
        return severity::warning;
    case config::severity::error:
        return severity::error;
    case config::severity::note:
        break;
    }
    return severity::debug;
}

/// Beside the control socket: two daemons on one host have two of each.
std::filesystem::path record_file(const options& how)
{
    return std::filesystem::path(how.control_socket).replace_extension(".addresses");
}

} // namespace

void log_diagnostics(logger& log, const config::loaded& read)
{
    for (const config::diagnostic& each : read.diagnostics) {
        // One line: the source line and the caret are for a terminal.
        const std::string text = to_string(each);
        log.write(severity_of(each.level), std::string_view(text).substr(0, text.find('\n')));
    }
}

service::service(const service_means& with, std::unique_ptr<runtime::controller> controller, runtime::mailbox mail,
                 descriptor signals)
    : with_(with), controller_(std::move(controller)), mail_(std::move(mail)), signals_(std::move(signals))
{
}

service::~service()
{
    mail_.close();
    server_.reset();
    if (reader_.joinable()) {
        reader_.join();
    }
}

result<std::unique_ptr<service>> service::start(const service_means& with, const config::loaded& read)
{
    const sigset_t set = awaited_signals();
    descriptor signals(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (signals.get() < 0) {
        return fail_errno("signalfd", errno);
    }
    auto mail = runtime::mailbox::open();
    if (!mail) {
        return std::unexpected(mail.error());
    }
    auto controller = runtime::controller::open(
        read.config,
        {.bpf_directory = with.how.bpf_directory,
         .record_file = record_file(with.how),
         .for_supervisor = &with.for_supervisor,
         .wait = with.wait,
         .after_crash = with.after_crash},
        std::move(with.spawner),
        [&log = with.log](runtime::log_level level, const std::string& line) { log.write(severity_of(level), line); });
    if (!controller) {
        return std::unexpected(controller.error());
    }
    std::unique_ptr<service> made(new service(with, std::move(*controller), std::move(*mail), std::move(signals)));
    made->router_id_ = read.config.global.router_id;
    made->config_name_ = read.from;
    made->publish(read.config);
    if (result<void> listening = made->listen(); !listening) {
        made->controller_->close_cleanly();
        return std::unexpected(listening.error());
    }
    return made;
}

result<void> service::listen()
{
    runtime::event_loop& loop = controller_->loop();
    if (result<void> watching = loop.watch(signals_.get(), [this] { take_signals(); }); !watching) {
        return watching;
    }
    if (result<void> watching = loop.watch(mail_.fd(), [this] { mail_.run(); }); !watching) {
        return watching;
    }
    control::requests requests{
        .status = [this] { return mail_.ask<control::daemon_status>([this] { return status(); }, patience); },
        .reload = [this] { return reload_and_wait(); },
        .failovers =
            [this] {
                using reports = std::vector<control::failover_report>;
                return mail_.ask<reports>([this] { return controller_->failovers(); }, patience);
            },
        .sessions =
            [this] {
                using reports = std::vector<control::session_status>;
                return mail_.ask<reports>([this] { return controller_->sessions(); }, patience);
            },
    };
    auto server = control::server::open(with_.how.control_socket, std::move(requests));
    if (!server) {
        return std::unexpected(server.error());
    }
    server_.emplace(std::move(*server));
    return {};
}

result<void> service::run()
{
    while (!controller_->finished()) {
        if (result<void> turned = controller_->turn(); !turned) {
            return turned;
        }
    }
    mail_.close();
    server_.reset();
    controller_->close_cleanly();
    return {};
}

void service::take_signals()
{
    signalfd_siginfo taken{};
    while (::read(signals_.get(), &taken, sizeof taken) == sizeof taken) {
        if (taken.ssi_signo == SIGHUP) {
            reload_in_background();
        } else {
            stop(taken.ssi_pid == static_cast<std::uint32_t>(with_.supervisor));
        }
    }
}

/// A second request doesn't wait for successors. But a terminal signals the whole process group, and systemd the whole
/// control group, beside the supervisor's copy of the same request (or the kernel's, when it is gone).
void service::stop(bool asked_by_supervisor)
{
    if (stop_asked_by_supervisor_ && *stop_asked_by_supervisor_ != asked_by_supervisor) {
        return;
    }
    if (!stop_asked_by_supervisor_) {
        with_.log.notice("{}", ::getppid() == with_.supervisor ? "Stopping" : "The supervisor is gone: stopping");
        std::ignore = with_.manager.stopping();
    }
    stop_asked_by_supervisor_ = asked_by_supervisor;
    controller_->shut_down();
}

void service::publish(const configuration& running)
{
    if (result<void> done = with_.for_supervisor.publish_configuration(config::print(running)); !done) {
        with_.log.warning("if this process dies, the next one will run an older configuration: {}", done.error().what);
    }
}

void service::reload_in_background()
{
    if (reading_) {
        read_again_ = true;
        return;
    }
    if (reader_.joinable()) {
        reader_.join();
    }
    reading_ = true;
    std::ignore = with_.manager.reloading(std::chrono::steady_clock::now());
    reader_ = std::thread([this] {
        auto read = std::make_shared<result<config::loaded>>(load_faultless_checked(with_.how));
        mail_.post([this, read] {
            reading_ = false;
            std::ignore = finish_reload(std::move(*read));
            if (std::exchange(read_again_, false)) {
                reload_in_background();
            }
        });
    });
}

result<void> service::reload_and_wait()
{
    auto read = std::make_shared<result<config::loaded>>(load_faultless_checked(with_.how));
    result<result<void>> answered = mail_.ask<result<void>>(
        [this, read]() -> result<result<void>> { return finish_reload(std::move(*read)); }, patience);
    return answered ? *answered : std::unexpected(answered.error());
}

result<void> service::finish_reload(result<config::loaded> read)
{
    result<void> outcome;
    if (read) {
        log_diagnostics(with_.log, *read);
        controller_->reload(read->config);
        publish(read->config);
        router_id_ = read->config.global.router_id;
        last_reload_ = "ok";
        config_name_ = read->from;
        with_.log.notice("Reload complete: {}", config_name_);
    } else {
        last_reload_ = read.error().what;
        with_.log.error("Reload refused, the running configuration stays in force: {}", read.error().what);
        outcome = std::unexpected(read.error());
    }
    std::ignore = with_.manager.ready(with_.supervisor);
    return outcome;
}

control::daemon_status service::status() const
{
    control::daemon_status filled = controller_->status();
    filled.version = control::program_version();
    filled.router_id = router_id_;
    filled.config_file = config_name_;
    filled.pid = ::getpid();
    filled.supervisor_pid = with_.supervisor;
    filled.uptime_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    filled.last_reload = last_reload_;
    return filled;
}

} // namespace xvrrp::daemon
