// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "daemon/surroundings.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>

#include "config/value.hpp"
#include "daemon/checked_configuration.hpp"
#include "net/sysctl.hpp"
#include "runtime/messages.hpp"
#include "track/started_process.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::daemon {
namespace {

result<void> enter_namespace(const std::string& name)
{
    const std::filesystem::path path = std::filesystem::path("/run/netns") / name;
    const descriptor there(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!there) {
        return fail_errno("network namespace " + name + " (" + path.string() + ")", errno);
    }
    if (::setns(there.get(), CLONE_NEWNET) != 0) {
        return fail_errno("entering network namespace " + name, errno);
    }
    return {};
}

void use_paths_of(const std::string& name, options& how)
{
    const std::filesystem::path run = std::filesystem::path("/run/xvrrp") / name;
    if (!how.given.pid_file) {
        how.pid_file = run / "xvrrpd.pid";
    }
    if (!how.given.control_socket) {
        how.control_socket = run / "control.sock";
    }
    if (!how.given.bpf_directory) {
        how.bpf_directory = "/sys/fs/bpf/xvrrp-" + name;
    }
}

/// True if it ends within the time.
bool wait_for_end(const track::started_process& process, duration timeout)
{
    const descriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    pollfd waiting{.fd = ended.get(), .events = POLLIN, .revents = 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(timeout);
    return ::poll(&waiting, 1, static_cast<int>(milliseconds.count())) > 0;
}

/// To the process group that the script leads.
void end_by(int number, const track::started_process& process)
{
    ::kill(-process.pid, number);
}

void run_to_its_end(const surrounding_script& what, std::string_view keyword, logger& log)
{
    constexpr duration grace = std::chrono::seconds(2);
    const auto started = track::start_process({.id = {},
                                               .command = what.script.command,
                                               .uid = what.script.account.uid,
                                               .gid = what.script.account.gid,
                                               .timeout = {}});
    if (!started) {
        log.error("{} can't be run: {}", keyword, started.error().what);
        return;
    }
    if (!wait_for_end(*started, what.timeout)) {
        log.warning("{} has run for {} seconds ({}_timeout): it is told to end", keyword,
                    config::seconds_text(what.timeout), keyword);
        end_by(SIGTERM, *started);
        if (!wait_for_end(*started, grace)) {
            end_by(SIGKILL, *started);
        }
    }
    int status = 0;
    ::waitpid(started->pid, &status, 0);
    const track::run_result ended = track::result_of(*started, status);
    if (ended.how != track::run_result::kind::exited || ended.value != 0) {
        log.warning("{} {} {}", keyword, what.script.command.front(), runtime::run_result_text(ended));
    }
}

} // namespace

result<surroundings_settings> enter_surroundings(options& how)
{
    surroundings_settings wanted;
    if (const auto read = load_checked(how)) {
        wanted = read->config.global.around;
    }
    if (how.net_namespace) {
        wanted.net_namespace = *how.net_namespace;
    }
    if (!wanted.net_namespace.empty()) {
        if (result<void> entered = enter_namespace(wanted.net_namespace); !entered) {
            return std::unexpected(entered.error());
        }
    }
    const bool both = !wanted.net_namespace.empty() && !wanted.instance.empty();
    const std::string name = wanted.net_namespace + (both ? "_" : "") + wanted.instance;
    if (!name.empty()) {
        use_paths_of(name, how);
    }
    return wanted;
}

surrounding::surrounding(surroundings_settings wanted, logger& log) : wanted_(std::move(wanted)), log_(log)
{
    if (wanted_.disable_local_igmp) {
        const result<bool> before = net::set_local_igmp_reports(false);
        had_igmp_reports_ = before.value_or(false);
        if (!before) {
            log_.warning("disable_local_igmp: {}", before.error().what);
        }
    }
    if (wanted_.startup) {
        run_to_its_end(*wanted_.startup, "startup_script", log_);
    }
}

void surrounding::leave()
{
    if (had_igmp_reports_) {
        std::ignore = net::set_local_igmp_reports(true);
    }
    if (wanted_.shutdown) {
        run_to_its_end(*wanted_.shutdown, "shutdown_script", log_);
    }
}

} // namespace xvrrp::daemon
