// SPDX-License-Identifier: BSD-2-Clause
//
// notify_*: a command, which is one value, and who it runs as; pipes and their scripts.
#include <algorithm>

#include "config/command_words.hpp"
#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {

namespace {

/// As far as an account stands behind a line's first value; none if what does is reported.
std::optional<script_account> account_behind(const statement& what, std::string_view value, reporter& report)
{
    if (what.words.size() <= 2) {
        return script_account{};
    }
    auto named = account_of(what.arguments().subspan(1));
    if (!named) {
        report.error(what.words[2].where, fmt::format("behind {} of {} a user's name may stand, and a group's; {}",
                                                      value, what.keyword().text, line_left_out));
        return std::nullopt;
    }
    return named;
}

/// The kernel takes no longer one (PATH_MAX).
constexpr std::size_t longest_path = 4095;

} // namespace

/// Of two scripts keepalived takes the first.
void read_notify_script(std::optional<notify_script>& into, std::string_view instance, const statement& what,
                        reporter& report)
{
    const token& word = what.words[1];
    if (into) {
        report.error(word.where, fmt::format("({}) {} script already specified - ignoring {}", instance,
                                             what.keyword().text, word.text));
        return;
    }
    auto words = split_command(word.text);
    if (!words || words->empty()) {
        report_value(what, "a command, in quotes if it has arguments", report);
        return;
    }
    auto account = account_behind(what, "the command", report);
    if (account) {
        into = {.where = locate(word.where), .command = std::move(*words), .account = std::move(*account)};
    }
}

void read_fifo_path(fifo_draft& fifo, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    if (fifo.path) {
        report.error(word.where, fmt::format("{} already specified - ignoring {}", what.keyword().text, word.text));
        return;
    }
    if (!word.text.starts_with('/') || word.text.size() > longest_path || !is_plain(word.text)) {
        report_value(what, "a path that begins with '/', without spaces, quotes and the characters \\{}#!$~", report);
        return;
    }
    if (auto account = account_behind(what, "the path", report)) {
        fifo.path = {.value = word.text, .where = word.where};
        fifo.owner = std::move(*account);
    }
}

void read_fifo_script(fifo_draft& fifo, const statement& what, reporter& report)
{
    const bool first = !fifo.script;
    read_notify_script(fifo.script, "global_defs", what, report);
    if (first) {
        fifo.script_where = what.words[1].where;
    }
}

} // namespace xvrrp::config
