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
    fmt::print("{}", what.as_json ? control::dump(control::to_json(*shown), 2) + "\n" : control::render_status(*shown));
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
