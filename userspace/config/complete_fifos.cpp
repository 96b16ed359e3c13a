// SPDX-License-Identifier: BSD-2-Clause
//
// Pipes that events are written to, and their scripts.
#include <fmt/core.h>

#include "config/complete.hpp"
#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

std::optional<notify_fifo> complete_fifo(const fifo_draft& draft, const fifo_keyword& names, const global_draft& global,
                                         reporter& report)
{
    if (!draft.path) {
        if (draft.script) {
            report.error(draft.script_where,
                         fmt::format("{} needs a {} beside it; the script isn't run", names.script_name, names.name));
        }
        return std::nullopt;
    }
    notify_fifo fifo{
        .where = locate(draft.path->where), .path = draft.path->value, .owner = draft.owner, .script = draft.script};
    use_script_user(fifo.owner, global);
    if (fifo.script) {
        use_script_user(fifo.script->account, global);
    }
    return fifo;
}

} // namespace

void complete_fifos(const global_draft& draft, global_settings& global, reporter& report)
{
    global.fifo_states_on_reload = value_or(draft.fifo_states_on_reload, false);
    global.fifo = complete_fifo(draft.fifo, fifo_keywords[0], draft, report);
    global.vrrp_fifo = complete_fifo(draft.vrrp_fifo, fifo_keywords[1], draft, report);
    if (global.fifo && global.vrrp_fifo && global.fifo->path == global.vrrp_fifo->path) {
        report.error(draft.vrrp_fifo.path->where,
                     fmt::format("{} is notify_fifo already; vrrp_notify_fifo needs a path of its own and is left out",
                                 global.fifo->path));
        global.vrrp_fifo.reset();
    }
}

} // namespace xvrrp::config
