// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpctl: the operator's tool. Reads the command line and runs one command.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "control/version.hpp"
#include "ctl/commands.hpp"

namespace {

using xvrrp::ctl::exit_status;

exit_status run(int argc, char** argv)
{
    xvrrp::control::client_settings daemon;
    xvrrp::ctl::status_request what;
    std::string bpf_directory = "/sys/fs/bpf/xvrrp";
    std::string socket = daemon.socket.string();
    exit_status outcome = exit_status::done;

    CLI::App app("Looks at and controls a running xvrrpd.", "xvrrpctl");
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.set_version_flag("-v,--version", "xvrrpctl " + std::string(xvrrp::control::program_version()),
                         "Print the version and exit");
    app.add_option("--socket", socket, "The daemon's control socket")->type_name("PATH")->capture_default_str();
    app.footer("Exit status: 0 done, 1 refused or failed, 2 usage, 3 no daemon answers, 4 permission denied.\n"
               "Manual page: xvrrpctl(8).");
    app.require_subcommand(1);
    app.fallthrough(); // options of all commands may stand behind the command

    CLI::App* status = app.add_subcommand("status", "Instances, their states, virtual addresses and counters");
    status->add_flag("--json", what.as_json, "As one JSON object");
    status->add_option("INSTANCE", what.instance, "This vrrp_instance alone");
    status->callback([&] {
        daemon.socket = socket;
        outcome = show_status(daemon, what);
    });

    CLI::App* failovers = app.add_subcommand("failovers", "The last changes of state, stage by stage");
    failovers->add_flag("--json", what.as_json, "As one JSON array");
    failovers->add_option("INSTANCE", what.instance, "This vrrp_instance alone");
    failovers->callback([&] {
        daemon.socket = socket;
        outcome = show_failovers(daemon, what);
    });

    CLI::App* sessions = app.add_subcommand("sessions", "Probe sessions with the routers that are MASTER");
    sessions->add_flag("--json", what.as_json, "As one JSON array");
    sessions->callback([&] {
        daemon.socket = socket;
        outcome = xvrrp::ctl::show_sessions(daemon, what.as_json);
    });

    CLI::App* reload = app.add_subcommand("reload", "Read the configuration again; a bad one changes nothing");
    reload->callback([&] {
        daemon.socket = socket;
        outcome = xvrrp::ctl::reload(daemon);
    });

    CLI::App* cleanup = app.add_subcommand("cleanup", "Remove the BPF maps and links that a dead xvrrpd left");
    cleanup->add_option("--bpf-dir", bpf_directory, "Where they are pinned")->type_name("DIR")->capture_default_str();
    cleanup->callback([&] { outcome = xvrrp::ctl::clean_up(bpf_directory); });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& end) {
        return app.exit(end) == 0 ? exit_status::done : exit_status::usage;
    }
    return outcome;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return static_cast<int>(run(argc, argv));
    } catch (const std::exception& failure) {
        fmt::print(stderr, "xvrrpctl: {}\n", failure.what());
        return static_cast<int>(exit_status::failed);
    }
}
