// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "config/container_list.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

#include "xvrrp/types.hpp"

namespace xvrrp::config {
namespace {

constexpr std::array<std::string_view, 2> tags{"#PYTHON2BASH:", "#JSON2BASH:"};
constexpr std::string_view between_entries = ",\n";
/// Unlike those within a line (source.hpp), they end with it: the value of a variable may have several.
constexpr std::string_view white_space = " \t\v\f\r\n";

using entries = std::vector<std::string>;

std::string_view trimmed(std::string_view text)
{
    const std::size_t start = std::min(text.find_first_not_of(white_space), text.size());
    return text.substr(start, text.find_last_not_of(white_space) + 1 - start);
}

bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/// A list, a tuple or a single string, as Python and JSON write them.
class literal {
public:
    literal(std::string_view value, std::size_t begin) : value_(value), at_(begin) {}

    std::expected<entries, list_fault> read()
    {
        skip_blanks();
        if (!at_end() && is_quote(value_[at_])) {
            if (!read_item()) {
                return std::unexpected(fault_);
            }
        } else if (!read_items()) {
            return std::unexpected(fault_);
        }
        skip_blanks();
        if (!at_end()) {
            return std::unexpected(list_fault{.offset = at_, .what = "nothing may stand behind the list"});
        }
        return std::move(found_);
    }

private:
    [[nodiscard]] bool at_end() const { return at_ >= value_.size(); }
    [[nodiscard]] char next() const { return at_end() ? '\0' : value_[at_]; }
    void skip_blanks() { at_ = std::min(value_.find_first_not_of(white_space, at_), value_.size()); }
    bool refuse(std::size_t offset, std::string what)
    {
        fault_ = {.offset = offset, .what = std::move(what)};
        return false;
    }

    bool read_items()
    {
        if (next() != '[' && next() != '(') {
            return refuse(at_, "a list in brackets is needed here, such as ['10.0.0.1', '10.0.0.2']");
        }
        const std::size_t opened = at_;
        const char closing = next() == '[' ? ']' : ')';
        ++at_;
        for (;;) {
            skip_blanks();
            if (next() == closing) {
                ++at_;
                return true;
            }
            if (at_end()) {
                return refuse(opened, fmt::format("there is no '{}' to this", closing));
            }
            if (!read_item()) {
                return false;
            }
            skip_blanks();
            if (next() == ',') {
                ++at_;
            } else if (next() != closing && !at_end()) {
                return refuse(at_, "a comma is needed between the entries of the list");
            }
        }
    }

    bool read_item()
    {
        if (next() == 'u' && at_ + 1 < value_.size() && is_quote(value_[at_ + 1])) {
            ++at_; // Python 2 writes u'…'
        }
        return is_quote(next()) ? read_string() : read_bare();
    }

    bool read_string()
    {
        const std::size_t opened = at_;
        const char quote = value_[at_++];
        std::string text;
        for (; !at_end() && value_[at_] != quote; ++at_) {
            if (value_[at_] == '\\' && at_ + 1 < value_.size()) {
                ++at_;
            }
            text += value_[at_];
        }
        if (at_end()) {
            return refuse(opened, "there is no closing quote to this");
        }
        ++at_;
        found_.emplace_back(trimmed(text));
        return true;
    }

    /// Without quotes, as YAML has it.
    bool read_bare()
    {
        const std::size_t end = std::min(value_.find_first_of(",[](){}\"'", at_), value_.size());
        const std::string_view text = trimmed(value_.substr(at_, end - at_));
        if (text.empty()) {
            return refuse(at_, "an address is needed here");
        }
        found_.emplace_back(text);
        at_ = end;
        return true;
    }

    std::string_view value_;
    std::size_t at_;
    entries found_;
    list_fault fault_;
};

/// Where a Python or JSON list begins in the value, if it is one.
std::optional<std::size_t> literal_start(std::string_view value)
{
    for (const std::string_view tag : tags) {
        if (value.starts_with(tag)) {
            return tag.size();
        }
    }
    return value.starts_with('[') || value.starts_with('(') ? std::optional<std::size_t>(0) : std::nullopt;
}

bool is_address(std::string_view word)
{
    return ip_address::parse(word.substr(0, word.find('/'))).has_value();
}

/// Splits a text at blanks before each address, unless the word before it wants an address behind it.
void add_words(entries& to, std::string_view text)
{
    bool begins = true;
    bool wanted = false;
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
        const std::size_t end = std::min(text.find_first_of(white_space), text.size());
        const std::string word = unquoted(text.substr(0, end));
        text.remove_prefix(end);
        if (begins || (is_address(word) && !wanted)) {
            to.emplace_back(word);
        } else {
            to.back().append(" ").append(word);
        }
        begins = false;
        wanted = word == "brd" || word == "broadcast" || word == "peer";
    }
}

entries plain_entries(std::string_view value)
{
    entries found;
    while (!value.empty()) {
        const std::size_t end = std::min(value.find_first_of(between_entries), value.size());
        add_words(found, unquoted(value.substr(0, end)));
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return found;
}

} // namespace

std::string unquoted(std::string_view value)
{
    value = trimmed(value);
    if (value.size() < 2 || !is_quote(value.front()) || value.front() != value.back()) {
        return std::string(value);
    }
    const std::string_view inside = trimmed(value.substr(1, value.size() - 2));
    const char quote = value.front();
    std::string text;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] == '\\' && i + 1 < inside.size() && inside[i + 1] == quote) {
            ++i;
        } else if (inside[i] == quote && !literal_start(inside)) {
            return std::string(value); // 'a', 'b': not around the whole
        }
        text += inside[i];
    }
    return text;
}

std::expected<std::vector<std::string>, list_fault> list_entries(std::string_view value)
{
    const std::string bare = unquoted(value);
    if (const auto start = literal_start(bare)) {
        return literal(bare, *start).read();
    }
    return plain_entries(bare);
}

} // namespace xvrrp::config
