// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd's command line: keepalived's options where they mean the same, so that a unit file or a container's command
// carries over. Called by main, first thing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace xvrrp::daemon {

/// -t: look at the configuration, say what is wrong with it and end.
struct config_test {
    std::optional<std::filesystem::path> report; ///< where the findings go; standard error unless given
};

struct options {
    /// All paths are absolute: a daemon in the background works in /. Empty with from_environment, unless -f is given.
    std::filesystem::path config_file;
    std::string config_id; ///< -i: which @id lines of the configuration count
    /// --from-env: the configuration is that of the container image osixia/keepalived, and so are the options.
    bool from_environment = false;
    std::optional<config_test> test;
    bool print_config = false;                ///< print the configuration as it is understood and end
    bool foreground = false;                  ///< -n
    bool dont_respawn = false;                ///< -R: a daemon that died isn't started again
    bool log_console = false;                 ///< -l; has an effect with -n
    bool log_detail = false;                  ///< -D
    bool log_syslog = true;                   ///< unless -G
    int syslog_facility = 0;                  ///< -S, as syslog(3) numbers it: LOG_DAEMON unless given
    bool dump_config = false;                 ///< -d: write the configuration as understood to the log
    std::optional<std::string> net_namespace; ///< -s
    struct {
        bool pid_file = false;
        bool bpf_directory = false;
        bool control_socket = false;
    } given;                                            ///< on the command line: which paths are no defaults
    std::filesystem::path pid_file;                     ///< -p: of the process to signal
    std::optional<std::filesystem::path> vrrp_pid_file; ///< -r: of the process that runs VRRP
    std::filesystem::path bpf_directory;
    std::filesystem::path control_socket;
    std::optional<std::string> remark; ///< one line for the log that names the options accepted without effect
};

/// --help, --version, or a command line that can't be obeyed: print `text` and end with `status`.
struct command_line_end {
    int status = 0; ///< 0 or, for a usage error, 2
    std::string text;
};

/// Prints nothing. Besides argv it looks at which of the default files exists, and with --from-env at
/// KEEPALIVED_COMMAND_LINE_ARGUMENTS in the environment, whose options count as if they stood behind the others.
[[nodiscard]] std::variant<options, command_line_end> parse_options(int argc, const char* const* argv);

/// /etc/xvrrp/xvrrpd.conf if there is one, else /etc/keepalived/keepalived.conf; both below `root`.
[[nodiscard]] std::filesystem::path default_config_file(const std::filesystem::path& root = "/");

} // namespace xvrrp::daemon
