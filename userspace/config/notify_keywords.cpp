// SPDX-License-Identifier: BSD-2-Clause
//
// notify_*: a command, which is one value, and who it runs as.
#include <algorithm>

#include "config/command_words.hpp"
#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {

namespace {

/// No account's name has what is quoted or escaped in a line with a command.
bool is_plain(std::string_view name)
{
    constexpr std::string_view special = "\"'\\{}#!$~";
    return std::ranges::all_of(name, [special](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f && special.find(c) == std::string_view::npos;
    });
}

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
    script_account account;
    if (what.words.size() > 2) {
        const auto named = account_of(what.arguments().subspan(1));
        if (!named || !is_plain(named->user) || !is_plain(named->group)) {
            report.error(what.words[2].where,
                         fmt::format("behind the command of {} a user's name may stand, and a group's; {}",
                                     what.keyword().text, line_left_out));
            return;
        }
        account = *named;
    }
    into = {.where = locate(word.where), .command = std::move(*words), .account = std::move(account)};
}

} // namespace xvrrp::config
