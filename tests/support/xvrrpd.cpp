// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd in a namespace (see xvrrpd.hpp).
#include "support/xvrrpd.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "control/json.hpp"
#include "lab/file_descriptor.hpp"
#include "support/must.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;

// Generous: a sanitizer's build beside other tests on a small machine.
constexpr auto start_limit = 30s;
constexpr auto stop_limit = 30s;
constexpr auto poll_interval = 10ms;

const std::filesystem::path bpf_root = "/sys/fs/bpf";

} // namespace

std::filesystem::path xvrrpd_binary()
{
    return XVRRPD_BINARY;
}

std::filesystem::path xvrrpctl_binary()
{
    return XVRRPCTL_BINARY;
}

xvrrpd::pins::pins() : path(bpf_root / lab::unique_name("test"))
{
    static std::once_flag swept;
    std::call_once(swept, lab::sweep_stale_entries, bpf_root);
}

xvrrpd::pins::~pins()
{
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

xvrrpd::xvrrpd(const lab::net_namespace& place, const std::string& configuration, std::vector<std::string> dropped,
               std::vector<std::string> options)
    : place_(&place), dropped_(std::move(dropped)), options_(std::move(options)),
      files_(must(lab::scratch_directory::create("xvrrpd")))
{
    write_configuration(configuration);
    start();
}

xvrrpd::~xvrrpd()
{
    if (process_) {
        kill_both();
    }
}

void xvrrpd::start()
{
    std::vector<std::string> argv;
    if (!dropped_.empty()) {
        argv = {"setpriv", fmt::format("--bounding-set=-{}", fmt::join(dropped_, ",-")), "--"};
    }
    const std::vector<std::string> command{XVRRPD_BINARY,
                                           "-n",
                                           "-l",
                                           "-D",
                                           "-G",
                                           "-f",
                                           file("xvrrpd.conf"),
                                           "-p",
                                           file("xvrrpd.pid"),
                                           "-r",
                                           daemon_file(),
                                           "--bpf-dir",
                                           pins_.path,
                                           "--socket",
                                           socket()};
    std::ranges::copy(command, std::back_inserter(argv));
    std::ranges::copy(options_, std::back_inserter(argv));
    process_ = must(place_->start(argv));
    const bool answers = lab::eventually(
        start_limit, [this] { return !process_->running() || try_status().has_value(); }, poll_interval);
    if (!answers || !process_->running()) {
        throw std::runtime_error("xvrrpd doesn't start: " + log());
    }
}

result<control::daemon_status> xvrrpd::try_status() const
{
    const auto answer = ctl({"status", "--json"});
    if (!answer.ok()) {
        return fail(answer.errors);
    }
    const auto document = nlohmann::json::parse(answer.output, nullptr, false);
    if (document.is_discarded()) {
        return fail("xvrrpctl status --json: not JSON: " + answer.output);
    }
    return control::from_json(document);
}

control::daemon_status xvrrpd::status() const
{
    return must(try_status());
}

control::instance_status xvrrpd::instance(std::string_view name) const
{
    const auto all = status().instances;
    const auto found = std::ranges::find(all, name, &control::instance_status::name);
    if (found == all.end()) {
        throw std::runtime_error(fmt::format("no instance {}", name));
    }
    return *found;
}

std::string xvrrpd::state(std::string_view instance) const
{
    const auto answer = try_status();
    if (!answer) {
        return "";
    }
    const auto found = std::ranges::find(answer->instances, instance, &control::instance_status::name);
    return found == answer->instances.end() ? "" : found->state;
}

bool xvrrpd::wait_for_state(std::string_view instance, std::string_view state,
                            std::chrono::steady_clock::duration timeout) const
{
    return lab::eventually(timeout, [&] { return this->state(instance) == state; }, poll_interval);
}

unsigned xvrrpd::transitions(std::string_view instance) const
{
    const std::string mark = fmt::format("({}) Entering ", instance);
    const std::string text = log();
    unsigned count = 0;
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        ++count;
    }
    return count;
}

lab::exec_result xvrrpd::ctl(const std::vector<std::string>& arguments) const
{
    std::vector<std::string> argv{XVRRPCTL_BINARY, "--socket", socket()};
    std::ranges::copy(arguments, std::back_inserter(argv));
    return must(lab::exec(argv));
}

void xvrrpd::write_configuration(const std::string& configuration) const
{
    must(files_.write("xvrrpd.conf", configuration));
}

void xvrrpd::hangup()
{
    must(process_->signal(SIGHUP));
}

int xvrrpd::stop()
{
    must(process_->signal(SIGTERM));
    const auto status = process_->wait(stop_limit);
    if (!status) {
        throw std::runtime_error("xvrrpd doesn't end after SIGTERM: " + log());
    }
    return *status;
}

void xvrrpd::kill()
{
    kill_both();
}

/// The supervisor is reaped by the process object; the daemon, orphaned, by others, and until it is gone it holds the
/// locks of the files that the next run wants.
void xvrrpd::kill_both()
{
    const auto pid = daemon_pid();
    const lab::file_descriptor daemon(pid ? static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)) : -1);
    process_->kill();
    if (daemon) {
        pollfd gone{.fd = daemon.get(), .events = POLLIN, .revents = 0};
        ::poll(&gone, 1, static_cast<int>(std::chrono::milliseconds(stop_limit).count()));
    }
}

std::optional<pid_t> xvrrpd::daemon_pid() const
{
    std::ifstream in(daemon_file());
    pid_t pid = 0;
    return in >> pid && pid > 0 ? std::optional(pid) : std::nullopt;
}

void xvrrpd::signal_daemon(int number) const
{
    const auto pid = daemon_pid();
    if (!pid || ::kill(*pid, number) != 0) {
        throw std::runtime_error("no daemon to signal: " + log());
    }
}

void xvrrpd::signal_supervisor(int number)
{
    must(process_->signal(number));
}

std::optional<pid_t> xvrrpd::wait_for_next_daemon(pid_t before, std::chrono::steady_clock::duration timeout) const
{
    std::optional<pid_t> next;
    const bool answers = lab::eventually(
        timeout,
        [&] {
            next = daemon_pid();
            const auto answer = try_status();
            return next && *next != before && answer && answer->pid == *next;
        },
        poll_interval);
    return answers ? next : std::nullopt;
}

void xvrrpd::freeze()
{
    must(process_->freeze());
}

void xvrrpd::thaw()
{
    must(process_->thaw());
}

std::string xvrrpd::log() const
{
    return process_ ? process_->output() : "";
}

bool xvrrpd::wait_for_log(const std::string& text, std::chrono::steady_clock::duration timeout) const
{
    return lab::eventually(timeout, [&] { return log().find(text) != std::string::npos; }, poll_interval);
}

} // namespace xvrrp::test
