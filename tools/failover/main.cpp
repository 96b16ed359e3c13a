// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrp-failover: what a client sees when a router fails. Reads the command line and runs one command.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "control/version.hpp"
#include "failover/commands.hpp"
#include "failover/units.hpp"

namespace {

using namespace xvrrp::failover;
using xvrrp::duration;

template <class T> T must(xvrrp::result<T> outcome, const char* option)
{
    if (!outcome) {
        throw CLI::ValidationError(option, outcome.error().what);
    }
    return std::move(*outcome);
}

/// The words of the command line, before they are understood.
struct words {
    std::vector<std::string> failures{"cut"};
    std::vector<std::string> daemons{"xvrrp"};
    unsigned trials = 20;
    unsigned peer_trials = 0; ///< 0: as many
    double idle_minutes = 10;
    std::string advert = "1s";
    std::string detect{}; ///< empty: the daemon's default
    unsigned multiplier = 3;
    std::string hang_limit{};
    double probe_rate = 5000;
    unsigned routers = 3;
    std::string xdp_mode = "native";
    std::string stall_limit = "1ms";
    bool awake = false;
    std::string xvrrpd{};
    std::string pcap{};
    unsigned seed = 1;
    output_files files{};
    double minutes = 10;
    unsigned loops = 4;
    std::string freeze_every = "15s";
    std::string hold_every{};
    probe_request real{};
    double seconds = 60;
    std::string least = "10ms";
};

setting contender_of(const words& given, daemon_kind daemon)
{
    setting contender{.daemon = daemon,
                      .advert = must(parse_duration(given.advert), "--advert"),
                      .detect = {},
                      .xdp_mode = given.xdp_mode,
                      .routers = given.routers};
    contender.probing = given.detect != "off";
    if (daemon == daemon_kind::xvrrp && contender.probing && !given.detect.empty()) {
        contender.detect = detection{.interval = must(parse_duration(given.detect), "--detect"),
                                     .multiplier = given.multiplier,
                                     .hang_limit = {}};
        if (!given.hang_limit.empty()) {
            contender.detect->hang_limit = must(parse_duration(given.hang_limit), "--hang-limit");
        }
    }
    return contender;
}

conditions conditions_of(const words& given)
{
    return {.probe_rate = given.probe_rate,
            .stall_limit = must(parse_duration(given.stall_limit), "--stall-limit"),
            .xvrrpd = given.xvrrpd,
            .seed = given.seed,
            .awake = given.awake,
            .pcap = given.pcap};
}

run_request run_request_of(const words& given)
{
    run_request request{.plan = {}, .how = conditions_of(given), .files = given.files};
    for (const std::string& failure : given.failures) {
        for (const std::string& daemon : given.daemons) {
            request.plan.push_back({.contender = contender_of(given, must(parse_daemon(daemon), "--daemon")),
                                    .failure = must(parse_failure(failure), "--failure"),
                                    .probe_rate = given.probe_rate,
                                    .wanted = given.trials,
                                    .trials = {}});
        }
    }
    return request;
}

void add_contender_options(CLI::App& command, words& given)
{
    command.add_option("--advert", given.advert, "Advert interval of all daemons")->capture_default_str();
    command.add_option("--detect", given.detect,
                       "xvrrp: interval of its probes, or off (default: the daemon's own default)");
    command.add_option("--multiplier", given.multiplier, "xvrrp: unanswered probes that mean a loss")
        ->check(CLI::Range(2, 20))
        ->capture_default_str();
    command.add_option("--hang-limit", given.hang_limit, "xvrrp: how long a daemon may hang (with --detect)");
    command.add_option("--routers", given.routers, "Routers, of priorities 200, 150, 100, 50")
        ->check(CLI::Range(1U, max_routers))
        ->capture_default_str();
}

void add_lab_options(CLI::App& command, words& given)
{
    command.add_option("--probe-rate", given.probe_rate, "The client's probes in a second")
        ->check(CLI::Range(1, 20000))
        ->capture_default_str();
    command.add_option("--xdp-mode", given.xdp_mode, "xvrrp: how it listens")
        ->check(CLI::IsMember({"native", "generic", "socket"}))
        ->capture_default_str();
    command.add_option("--stall-limit", given.stall_limit, "Sleeps of the machine that are told apart from here on")
        ->capture_default_str();
    command.add_flag("--awake", given.awake, "Keep processors from sleeping deeply, as on a host tuned for latency");
    command.add_option("--seed", given.seed, "Of the moments at which things happen")->capture_default_str();
    command.add_option("--xvrrpd", given.xvrrpd, "The program (default: beside this one, ../sbin, PATH)")
        ->type_name("PATH");
}

void add_output_options(CLI::App& command, words& given)
{
    command.add_option("--trials", given.trials, "Failures of each kind and contender")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_option("--csv", given.files.csv, "Write a line for each trial")->type_name("FILE");
    command.add_option("--json", given.files.json, "Write settings, figures and trials")->type_name("FILE");
    command.add_option("--pcap", given.pcap, "Keep VRRP and ARP of each trial, for tcpdump and tshark")
        ->type_name("DIR");
    command.add_option("--plot", given.files.plot, "Draw PREFIX-gaps and PREFIX-stages, .png and .svg (gnuplot)")
        ->type_name("PREFIX");
}

duration to_duration(double minutes)
{
    return std::chrono::duration_cast<xvrrp::duration>(std::chrono::duration<double, std::ratio<60>>(minutes));
}

exit_status compare(const words& given, const interruption& interrupted)
{
    const comparison_request request{.xdp_mode = given.xdp_mode,
                                     .probe_rate = given.probe_rate,
                                     .trials = given.trials,
                                     .peer_trials = given.peer_trials == 0 ? given.trials : given.peer_trials,
                                     .idle = to_duration(given.idle_minutes)};
    exit_status status =
        run({.plan = readme_comparison(request), .how = conditions_of(given), .files = given.files}, interrupted);
    for (const idle_request& each : readme_idle_runs(request, conditions_of(given))) {
        if (status == exit_status::interrupted || status == exit_status::usage) {
            break;
        }
        fmt::print("\n");
        if (const exit_status stayed = idle(each, interrupted); stayed != exit_status::done) {
            status = stayed;
        }
    }
    return status;
}

exit_status run_command_line(int argc, char** argv)
{
    words given;
    CLI::App app("Measures what a client sees when a VRRP router fails. In network namespaces of its own, as root.",
                 "xvrrp-failover");
    app.require_subcommand(1);
    app.set_version_flag("-v,--version", "xvrrp-failover " + std::string(xvrrp::control::program_version()),
                         "Print the version and exit");
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.footer("Manual page: xvrrp-failover(1).");

    CLI::App* run_it = app.add_subcommand("run", "Trials of failures against daemons");
    run_it
        ->add_option("--failure", given.failures,
                     "cut, kill, kill-all, term, hang, link-down, priority; several with commas between")
        ->delimiter(',')
        ->capture_default_str();
    run_it->add_option("--daemon", given.daemons, "xvrrp, keepalived, frr; several with commas between")
        ->delimiter(',')
        ->capture_default_str();
    add_contender_options(*run_it, given);
    add_lab_options(*run_it, given);
    add_output_options(*run_it, given);

    CLI::App* compare_them =
        app.add_subcommand("compare", "xvrrp at several settings, keepalived and FRR: the README's table");
    compare_them->add_option("--peer-trials", given.peer_trials,
                             "Of keepalived and FRR (default: as many as of xvrrp)");
    compare_them->add_option("--idle-minutes", given.idle_minutes, "Of each run in which nothing fails; 0: none")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    add_lab_options(*compare_them, given);
    add_output_options(*compare_them, given);

    CLI::App* stay =
        app.add_subcommand("idle", "Nothing fails, the machine is busy, a standby sleeps: counts takeovers");
    stay->add_option("--daemon", given.daemons, "xvrrp, keepalived or frr")->expected(1)->capture_default_str();
    stay->add_option("--minutes", given.minutes, "How long")->check(CLI::PositiveNumber)->capture_default_str();
    stay->add_option("--loops", given.loops, "Busy loops")->check(CLI::Range(0, 64))->capture_default_str();
    stay->add_option("--freeze-every", given.freeze_every, "Time between two sleeps of a standby")
        ->capture_default_str();
    stay->add_option("--hold-every", given.hold_every,
                     "Time between two delays of 5 to 60 ms of what the Active router says (default: none)");
    add_contender_options(*stay, given);
    add_lab_options(*stay, given);

    CLI::App* ask = app.add_subcommand("probe", "Probes a real address from this host, and reports its outages");
    ask->add_option("ADDRESS", given.real.address, "IPv4 or IPv6")->required();
    ask->add_option("--rate", given.real.rate, "Probes in a second")
        ->check(CLI::Range(1, 20000))
        ->capture_default_str();
    ask->add_option("--seconds", given.seconds, "How long")->check(CLI::PositiveNumber)->capture_default_str();
    ask->add_option("--outage", given.least, "Times without an answer that count")->capture_default_str();

    try {
        app.parse(argc, argv);
        const interruption interrupted;
        if (*run_it) {
            return run(run_request_of(given), interrupted);
        }
        if (*compare_them) {
            return compare(given, interrupted);
        }
        if (*stay) {
            disturbance what;
            what.length = to_duration(given.minutes);
            what.loops = given.loops;
            what.freeze_every = must(parse_duration(given.freeze_every), "--freeze-every");
            if (!given.hold_every.empty()) {
                what.hold_every = must(parse_duration(given.hold_every), "--hold-every");
            }
            return idle({.contender = contender_of(given, must(parse_daemon(given.daemons.front()), "--daemon")),
                         .what = what,
                         .how = conditions_of(given)},
                        interrupted);
        }
        given.real.length = std::chrono::duration_cast<xvrrp::duration>(std::chrono::duration<double>(given.seconds));
        given.real.least = must(parse_duration(given.least), "--outage");
        return probe(given.real, interrupted);
    } catch (const CLI::ParseError& outcome) {
        return app.exit(outcome) == 0 ? exit_status::done : exit_status::usage;
    }
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return static_cast<int>(run_command_line(argc, argv));
    } catch (const std::exception& problem) {
        fmt::print(stderr, "xvrrp-failover: {}\n", problem.what());
        return static_cast<int>(exit_status::failed);
    }
}
