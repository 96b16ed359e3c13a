// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd, that is a supervisor and its daemon, in a namespace, with a configuration file, a control socket and a pin
// directory of its own; asked by xvrrpctl as an operator asks it. All of it is gone when the object is. Any thread, one
// object from one thread at a time.
//
// What can't be done throws (must.hpp), which fails the test.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/snapshot.hpp"
#include "lab/namespace.hpp"
#include "lab/process.hpp"
#include "lab/scratch.hpp"

namespace xvrrp::test {

class xvrrpd {
public:
    /// Returns as soon as it answers xvrrpctl. It runs without the capabilities in `dropped` ("bpf", "sys_admin");
    /// `options` are added to its command line. The
    /// namespace is to live longer.
    xvrrpd(const lab::net_namespace& place, const std::string& configuration, std::vector<std::string> dropped = {},
           std::vector<std::string> options = {});
    xvrrpd(const xvrrpd&) = delete;
    xvrrpd& operator=(const xvrrpd&) = delete;
    ~xvrrpd(); ///< kills it, and removes its pins

    /// `xvrrpctl status --json`.
    [[nodiscard]] result<control::daemon_status> try_status() const;
    [[nodiscard]] control::daemon_status status() const; ///< throws if there is no answer
    /// Of one instance; throws if there is none of that name.
    [[nodiscard]] control::instance_status instance(std::string_view name) const;
    /// "MASTER", "BACKUP" and so on; empty without an answer.
    [[nodiscard]] std::string state(std::string_view instance) const;
    [[nodiscard]] bool wait_for_state(std::string_view instance, std::string_view state,
                                      std::chrono::steady_clock::duration timeout = std::chrono::seconds(10)) const;
    /// How often the log says that the instance entered a state.
    [[nodiscard]] unsigned transitions(std::string_view instance) const;

    /// Any command of xvrrpctl, with this daemon's socket.
    [[nodiscard]] lab::exec_result ctl(const std::vector<std::string>& arguments) const;
    /// Writes the file anew; reload() or SIGHUP makes the daemon read it.
    void write_configuration(const std::string& configuration) const;
    [[nodiscard]] lab::exec_result reload() const { return ctl({"reload"}); }
    void hangup(); ///< SIGHUP

    /// SIGTERM; the exit status, which sanitizers make one other than 0 if they found something.
    [[nodiscard]] int stop();
    void kill();   ///< SIGKILL to both processes, and returns when they are gone: pins and addresses stay
    void freeze(); ///< both processes
    void thaw();
    /// Once more with the same files, after stop() or kill().
    void start();

    /// Of the daemon, from the file of -r; nothing if it can't be read.
    [[nodiscard]] std::optional<pid_t> daemon_pid() const;
    /// A signal to the daemon or the supervisor alone.
    void signal_daemon(int number) const;
    void signal_supervisor(int number);
    /// The pid after `before` has given way to another daemon that answers; nothing within the timeout: none has.
    [[nodiscard]] std::optional<pid_t>
    wait_for_next_daemon(pid_t before, std::chrono::steady_clock::duration timeout = std::chrono::seconds(30)) const;

    /// The supervisor.
    [[nodiscard]] lab::process& process() { return *process_; }
    [[nodiscard]] std::string log() const; ///< of both, since start(); the daemon writes it a moment later
    [[nodiscard]] bool wait_for_log(const std::string& text,
                                    std::chrono::steady_clock::duration timeout = std::chrono::seconds(10)) const;
    [[nodiscard]] const std::filesystem::path& bpf_directory() const { return pins_.path; }
    [[nodiscard]] std::filesystem::path file(const std::string& name) const { return files_.path() / name; }

private:
    void kill_both();
    /// A pin directory's name of its own; what is left of the directory goes with the object.
    struct pins {
        pins();
        pins(const pins&) = delete;
        pins& operator=(const pins&) = delete;
        ~pins();
        std::filesystem::path path;
    };
    [[nodiscard]] std::filesystem::path socket() const { return file("control.sock"); }
    [[nodiscard]] std::filesystem::path daemon_file() const { return file("daemon.pid"); }

    const lab::net_namespace* place_;
    std::vector<std::string> dropped_;
    std::vector<std::string> options_;
    lab::scratch_directory files_;
    pins pins_;
    std::optional<lab::process> process_; ///< the first to go
};

/// Where the programs under test are.
std::filesystem::path xvrrpd_binary();
std::filesystem::path xvrrpctl_binary();

} // namespace xvrrp::test
