// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpctl's commands.
#include "ctl/commands.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "control/json.hpp"
#include "control/select.hpp"
#include "control/text.hpp"
#include "control/timeline_text.hpp"
#include "datapath/datapath.hpp"

namespace xvrrp::ctl {
namespace {

exit_status complain(exit_status status, const std::string& message)
{
    fmt::print(stderr, "xvrrpctl: {}\n", message);
    return status;
}

exit_status complain(const control::client_failure& failure)
{
    switch (failure.kind) {
    case control::failure_kind::not_running:
    case control::failure_kind::no_answer:
        return complain(exit_status::no_daemon, failure.message);
    case control::failure_kind::not_permitted:
        return complain(exit_status::not_permitted, failure.message);
    case control::failure_kind::reply_error:
        break;
    }
    return complain(exit_status::failed, failure.message);
}

/// Why there can be nothing on record of an instance: there is none of that name; empty if there is.
std::string unknown_instance(const control::client_settings& daemon, const std::string& name)
{
    const auto status = control::request_status(daemon);
    if (!status) {
        return status.error().message;
    }
    const auto found = control::select_instance(*status, name);
    return found ? "" : found.error().what;
}

void print_json(const nlohmann::json& document)
{
    fmt::print("{}\n", control::dump(document, 2));
}

} // namespace

exit_status show_status(const control::client_settings& daemon, const status_request& what)
{
    const auto answer = control::request_status(daemon);
    if (!answer) {
        return complain(answer.error());
    }
    const auto shown = what.instance.empty() ? *answer : control::select_instance(*answer, what.instance);
    if (!shown) {
        return complain(exit_status::failed, shown.error().what);
    }
    if (what.as_json) {
        print_json(control::to_json(*shown));
    } else {
        fmt::print("{}", control::render_status(*shown));
    }
    return exit_status::done;
}

exit_status show_failovers(const control::client_settings& daemon, const status_request& what)
{
    auto answer = control::request_failovers(daemon);
    if (!answer) {
        return complain(answer.error());
    }
    if (!what.instance.empty()) {
        *answer = control::failovers_of(std::move(*answer), what.instance);
        if (answer->empty()) {
            if (const std::string mistake = unknown_instance(daemon, what.instance); !mistake.empty()) {
                return complain(exit_status::failed, mistake);
            }
        }
    }
    if (what.as_json) {
        print_json(control::to_json(*answer));
    } else {
        fmt::print("{}", control::render_failovers(*answer));
    }
    return exit_status::done;
}

exit_status show_sessions(const control::client_settings& daemon, bool as_json)
{
    const auto answer = control::request_sessions(daemon);
    if (!answer) {
        return complain(answer.error());
    }
    if (as_json) {
        print_json(control::to_json(*answer));
    } else {
        fmt::print("{}", control::render_sessions(*answer));
    }
    return exit_status::done;
}

exit_status reload(const control::client_settings& daemon)
{
    const auto answer = control::request_reload(daemon);
    if (!answer) {
        return complain(answer.error());
    }
    return exit_status::done;
}

exit_status clean_up(const std::filesystem::path& bpf_directory)
{
    const auto removed = datapath::cleanup(bpf_directory);
    if (!removed) {
        const bool forbidden = removed.error().code == EPERM || removed.error().code == EACCES;
        return complain(forbidden ? exit_status::not_permitted : exit_status::failed, removed.error().what);
    }
    for (const std::string& each : *removed) {
        fmt::print("{}\n", each);
    }
    if (removed->empty()) {
        fmt::print("nothing to remove in {}\n", bpf_directory.string());
    }
    return exit_status::done;
}

} // namespace xvrrp::ctl
