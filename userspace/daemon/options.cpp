// SPDX-License-Identifier: BSD-2-Clause
//
// The command line, read with CLI11.
#include "daemon/options.hpp"

#include <syslog.h>

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <sstream>
#include <vector>

#include "config/container_list.hpp"
#include "config/surroundings.hpp"
#include "control/version.hpp"

namespace xvrrp::daemon {
namespace {

constexpr const char* keepalived_group = "Accepted as keepalived's, without effect";
/// CLI11 leaves options of the empty group out of the help text.
constexpr const char* hidden_group = "";

/// keepalived's options that ask for what xvrrpd doesn't have: without them it works as it does anyway.
struct ignored_option {
    const char* names;
    const char* help;
    bool has_value;
    bool worth_a_remark; ///< false: xvrrpd does just what the option asks for
};
constexpr std::array ignored_options{
    ignored_option{"-P,--vrrp", "Run VRRP alone: xvrrpd has nothing else", false, false},
    ignored_option{"-B,--no_bfd", "No keepalived BFD process: there is none", false, false},
    ignored_option{"-X,--release-vips", "Release the addresses on a stop: always done", false, false},
    ignored_option{"-I,--dont-release-ipvs", "Leave IPVS alone: always done", false, false},
    ignored_option{"--all", "Run every subsystem", false, true},
    ignored_option{"-c,--checkers_pid", "Pid file of the health checker", true, true},
    ignored_option{"-b,--bfd_pid", "Pid file of the BFD process", true, true},
    ignored_option{"-x,--snmp", "SNMP", false, true},
    ignored_option{"-A,--snmp-agent-socket", "SNMP agent's socket", true, true},
    ignored_option{"-a,--address-monitoring", "Log every address that comes and goes", false, true},
    ignored_option{"-m,--core-dump", "Allow core dumps (use ulimit -c or LimitCORE=)", false, true},
    ignored_option{"-u,--umask", "Mask for the files it makes", true, true},
    ignored_option{"--copy-service", "Of the container image osixia/keepalived", false, false},
    ignored_option{"--loglevel", "The same; use --log-detail", true, true},
};

/// Those whose absence would change what the user relies on: better an error that says what to do instead.
struct refused_option {
    const char* names;
    bool has_value;
    const char* advice;
};
constexpr std::array refused_options{
    refused_option{"-C,--check", false, "xvrrpd has no health checker; a keepalived --check can run beside it"},
    refused_option{"-V,--dont-release-vrrp", false, "xvrrpd always takes its addresses away when it stops"},
    refused_option{"-g,--log-file", true, "use --dont-fork --log-console and redirect standard error"},
};

int parse_facility(const std::string& text)
{
    static const std::map<std::string, int> named{{"user", LOG_USER}, {"daemon", LOG_DAEMON}};
    if (const auto found = named.find(text); found != named.end()) {
        return found->second;
    }
    static constexpr std::array local{LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2, LOG_LOCAL3,
                                      LOG_LOCAL4, LOG_LOCAL5, LOG_LOCAL6, LOG_LOCAL7};
    const std::string_view digit =
        text.starts_with("local") ? std::string_view(text).substr(5) : std::string_view(text);
    if (digit.size() == 1 && digit.front() >= '0' && digit.front() <= '7') {
        return local.at(static_cast<std::size_t>(digit.front() - '0'));
    }
    throw CLI::ValidationError("--log-facility", text + ": give 0 to 7, local0 to local7, user or daemon");
}

/// Where the container image takes options from, and what it does without.
constexpr const char* container_arguments = "KEEPALIVED_COMMAND_LINE_ARGUMENTS";
constexpr const char* default_container_arguments = "--log-detail --dump-conf";

/// Split at white space alone, as the image does.
std::vector<std::string> with_container_arguments(std::vector<std::string> words)
{
    const auto given = config::host_surroundings().environment(container_arguments);
    std::istringstream more(config::unquoted(given.value_or(default_container_arguments)));
    for (std::string word; more >> word;) {
        words.push_back(std::move(word));
    }
    return words;
}

/// The parser and what it writes to, in one place that outlives the parsing.
class command_line {
public:
    command_line();
    std::variant<options, command_line_end> parse(std::vector<std::string> words);

private:
    void add_run_options();
    void add_log_options();
    void add_path_options();
    void add_accepted_options();
    void add_refused_options();
    options finish();

    CLI::App app_{"VRRP router with its data path in XDP. Reads keepalived.conf.", "xvrrpd"};
    options chosen_;
    std::string test_report_;
    CLI::Option* test_ = nullptr;
    std::deque<CLI::Option*> remarkable_;
    bool no_syslog_ = false;
    std::string vrrp_pid_file_;
    std::string config_file_;
    std::string config_id_;
    std::string net_namespace_;
    std::string pid_file_ = "/run/xvrrp/xvrrpd.pid";
    std::string bpf_directory_ = "/sys/fs/bpf/xvrrp";
    std::string control_socket_ = "/run/xvrrp/control.sock";
};

command_line::command_line()
{
    chosen_.syslog_facility = LOG_DAEMON;
    app_.get_formatter()->column_width(36);
    app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast); // as getopt(3) is used
    app_.set_help_flag("-h,--help", "Print this help and exit");
    app_.set_version_flag("-v,--version", "xvrrpd " + std::string(control::program_version()),
                          "Print the version and exit");
    app_.footer("Signals: HUP reloads the configuration, TERM and INT stop.\n"
                "Manual pages: xvrrpd(8), xvrrpd.conf(5), xvrrpctl(8).");
    add_run_options();
    add_path_options();
    add_log_options();
    add_accepted_options();
    add_refused_options();
}

void command_line::add_run_options()
{
    app_.add_option("-f,--use-file", config_file_,
                    "Configuration file (default: /etc/xvrrp/xvrrpd.conf, else /etc/keepalived/keepalived.conf)")
        ->type_name("FILE");
    app_.add_flag(
        "--from-env", chosen_.from_environment,
        "Be the container image osixia/keepalived: take the configuration and more options from KEEPALIVED_* "
        "variables, unless there is a configuration file where the image has it (or FILE); foreground, log to "
        "standard error alone");
    test_ = app_.add_option("-t,--config-test", test_report_,
                            "Check the configuration, write the findings to FILE (default: standard error) and exit: "
                            "0 good, 4 xvrrpd could not run, 5 errors")
                ->type_name("FILE")
                ->expected(0, 1);
    app_.add_flag("--print-config", chosen_.print_config,
                  "Print the configuration as it is understood, with everything that is left to defaults, and exit as "
                  "--config-test does. Passwords are in it");
    app_.add_option("-i,--config-id", config_id_,
                    "Lines of the configuration with @ID count (default: the host's name up to its first dot)")
        ->type_name("ID");
    app_.add_flag("-n,--dont-fork", chosen_.foreground, "Stay in the foreground");
    app_.add_flag("-R,--dont-respawn", chosen_.dont_respawn,
                  "Do not start the daemon again when it dies: end with it, its addresses removed");
}

void command_line::add_path_options()
{
    app_.add_option("-s,--namespace", net_namespace_,
                    "Run in this network namespace (of ip netns), with paths of its own: see net_namespace in "
                    "xvrrpd.conf(5)")
        ->type_name("NAME");
    app_.add_option("-p,--pid", pid_file_, "Pid file of the process to signal")
        ->type_name("FILE")
        ->capture_default_str();
    app_.add_option("-r,--vrrp_pid", vrrp_pid_file_, "Pid file of the process that runs VRRP (default: none)")
        ->type_name("FILE");
    app_.add_option("--socket", control_socket_, "Socket that xvrrpctl talks to")
        ->type_name("PATH")
        ->capture_default_str();
    app_.add_option("--bpf-dir", bpf_directory_, "Where BPF maps and links are pinned")
        ->type_name("DIR")
        ->capture_default_str();
}

void command_line::add_log_options()
{
    app_.add_flag("-l,--log-console", chosen_.log_console, "With --dont-fork: log to standard error too");
    app_.add_flag("-D,--log-detail", chosen_.log_detail, "Log in detail");
    app_.add_flag("-G,--no-syslog", no_syslog_, "Do not log to syslog");
    app_.add_option_function<std::string>(
            "-S,--log-facility", [this](const std::string& text) { chosen_.syslog_facility = parse_facility(text); },
            "Syslog facility: 0 to 7, local0 to local7, user, daemon (default: daemon)")
        ->type_name("NAME");
    app_.add_flag("-d,--dump-conf", chosen_.dump_config, "Log the configuration as it was understood");
}

void command_line::add_accepted_options()
{
    for (const ignored_option& each : ignored_options) {
        CLI::Option* added = each.has_value ? app_.add_option_function<std::string>(
                                                      each.names, [](const std::string&) {}, each.help)
                                                  ->type_name("ARG")
                                            : app_.add_flag_function(each.names, [](std::int64_t) {}, each.help);
        added->group(keepalived_group);
        if (each.worth_a_remark) {
            remarkable_.push_back(added);
        }
    }
}

void command_line::add_refused_options()
{
    for (const refused_option& each : refused_options) {
        const auto refuse = [names = each.names, advice = each.advice] { throw CLI::ValidationError(names, advice); };
        CLI::Option* added =
            each.has_value
                ? app_.add_option_function<std::string>(each.names, [refuse](const std::string&) { refuse(); })
                : app_.add_flag_function(each.names, [refuse](std::int64_t) { refuse(); });
        added->group(hidden_group);
    }
}

std::variant<options, command_line_end> command_line::parse(std::vector<std::string> words)
{
    try {
        std::ranges::reverse(words); // as CLI11 wants them
        app_.parse(words);
        return finish();
    } catch (const CLI::ParseError& outcome) {
        std::ostringstream out;
        std::ostringstream complaint;
        const bool wanted = app_.exit(outcome, out, complaint) == 0; // --help and --version
        return command_line_end{.status = wanted ? 0 : 2, .text = wanted ? out.str() : "xvrrpd: " + complaint.str()};
    } catch (const std::exception& failure) {
        return command_line_end{.status = 2, .text = std::string("xvrrpd: ") + failure.what() + "\n"};
    }
}

options command_line::finish()
{
    namespace fs = std::filesystem;
    if (!config_file_.empty()) {
        chosen_.config_file = fs::absolute(config_file_);
    } else if (!chosen_.from_environment) {
        chosen_.config_file = fs::absolute(default_config_file());
    }
    if (chosen_.from_environment) {
        chosen_.foreground = chosen_.log_console = no_syslog_ = true;
    }
    chosen_.config_id = config_id_.empty() ? config::host_config_id() : config_id_;
    chosen_.pid_file = fs::absolute(pid_file_);
    chosen_.bpf_directory = fs::absolute(bpf_directory_);
    chosen_.control_socket = fs::absolute(control_socket_);
    chosen_.given = {.pid_file = app_.count("--pid") > 0,
                     .bpf_directory = app_.count("--bpf-dir") > 0,
                     .control_socket = app_.count("--socket") > 0};
    if (!net_namespace_.empty()) {
        chosen_.net_namespace = net_namespace_;
    }
    chosen_.log_syslog = !no_syslog_;
    if (!vrrp_pid_file_.empty()) {
        chosen_.vrrp_pid_file = fs::absolute(vrrp_pid_file_);
    }
    if (test_->count() > 0) {
        chosen_.test.emplace();
        if (!test_report_.empty()) {
            chosen_.test->report = fs::absolute(test_report_);
        }
    }
    std::string without_effect;
    for (const CLI::Option* each : remarkable_) {
        if (each->count() > 0) {
            without_effect += (without_effect.empty() ? "" : ", ") + each->get_name();
        }
    }
    if (!without_effect.empty()) {
        chosen_.remark = "options without effect in xvrrpd: " + without_effect;
    }
    return chosen_;
}

} // namespace

std::variant<options, command_line_end> parse_options(int argc, const char* const* argv)
{
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    auto parsed = command_line().parse(words);
    const auto* chosen = std::get_if<options>(&parsed);
    if (chosen == nullptr || !chosen->from_environment) {
        return parsed;
    }
    auto with_more = command_line().parse(with_container_arguments(words));
    if (auto* end = std::get_if<command_line_end>(&with_more); end != nullptr && end->status != 0) {
        end->text += fmt::format("That is in {}.\n", container_arguments);
    }
    return with_more;
}

std::filesystem::path default_config_file(const std::filesystem::path& root)
{
    const std::filesystem::path own = root / "etc/xvrrp/xvrrpd.conf";
    std::error_code unreadable;
    return std::filesystem::exists(own, unreadable) ? own : root / "etc/keepalived/keepalived.conf";
}

} // namespace xvrrp::daemon
