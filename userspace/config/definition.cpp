// SPDX-License-Identifier: BSD-2-Clause
#include "config/definition.hpp"

#include "config/source.hpp"

namespace xvrrp::config {

std::string_view definition::value() const
{
    return trimmed(lines.front().text);
}

void definitions::set(std::shared_ptr<const definition> what)
{
    by_name_.insert_or_assign(what->name, what);
}

std::shared_ptr<const definition> definitions::find(std::string_view name) const
{
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
}

std::size_t name_length(std::string_view text)
{
    constexpr std::string_view digits = "0123456789";
    constexpr std::string_view all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    if (text.empty() || digits.find(text.front()) != std::string_view::npos) {
        return 0;
    }
    return std::min(text.find_first_not_of(all), text.size());
}

std::optional<definition_head> definition_at(std::string_view line)
{
    const std::size_t start = line.find_first_not_of(blanks);
    if (start == std::string_view::npos || line[start] != '$') {
        return std::nullopt;
    }
    const std::size_t length = name_length(line.substr(start + 1));
    const std::size_t end = start + 1 + length;
    if (length == 0 || end >= line.size() || line[end] != '=') {
        return std::nullopt;
    }
    return definition_head{.name = line.substr(start + 1, length), .value = end + 1};
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t start = text.find_first_not_of(blanks);
    if (start == std::string_view::npos) {
        return {};
    }
    return text.substr(start, text.find_last_not_of(blanks) + 1 - start);
}

} // namespace xvrrp::config
