// SPDX-License-Identifier: BSD-2-Clause
#include "config/text_settings.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "config/definition.hpp"
#include "config/lexer.hpp"
#include "config/value.hpp"

namespace xvrrp::config {
namespace {

/// Takes the first word off the text.
std::string_view take_word(std::string_view& text)
{
    text = trimmed(text);
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    text.remove_prefix(word.size());
    return word;
}

} // namespace

void text_settings::see(const source_line& line)
{
    std::string_view text = line.text;
    if (!in_global_defs_ && text.find("global_defs") == std::string_view::npos) {
        return;
    }
    text = text.substr(0, line.comment_removed ? text.size() : comment_start(text));
    std::string_view rest = text;
    const std::string_view keyword = take_word(rest);
    if (!in_global_defs_) {
        in_global_defs_ = keyword.substr(0, keyword.find('{')) == "global_defs";
        depth_ = 0;
    } else if (depth_ == 1) {
        set(keyword, rest);
    }
    if (in_global_defs_) {
        follow_braces(text);
    }
}

void text_settings::follow_braces(std::string_view text)
{
    char quote = '\0';
    for (const char c : text) {
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '{') {
            ++depth_;
        } else if (c == '}' && --depth_ <= 0) {
            in_global_defs_ = false;
            return;
        }
    }
}

void text_settings::set(std::string_view keyword, std::string_view values)
{
    if (keyword == "random_seed") {
        const auto value = parse_integer(take_word(values));
        if (value && *value >= 0 && *value <= std::numeric_limits<std::uint32_t>::max()) {
            seed_ = static_cast<std::uint32_t>(*value);
        }
    } else if (keyword == "include_check") {
        bool first = true;
        for (std::string_view option = take_word(values); !option.empty() || first; option = take_word(values)) {
            if (option.empty()) {
                checks_ = {.readable = true, .match = true, .wildcard_match = true, .brace_match = true};
            } else if (first && !option.starts_with('+') && !option.starts_with('-')) {
                checks_ = {};
            }
            first = false;
            apply_include_check(option, checks_);
        }
    }
}

} // namespace xvrrp::config
