// SPDX-License-Identifier: BSD-2-Clause
//
// The lines of virtual_ipaddress and virtual_ipaddress_excluded:
// IP[/PREFIX] [brd IP|+|-] [dev INTERFACE] [scope SCOPE] [label LABEL] …
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "config/tables.hpp"
#include "config/value.hpp"

namespace xvrrp::config {
namespace {

/// What is known of an entry while its words are read.
struct entry_reader {
    address_draft draft;
    bool usable = true;
    const token* broadcast = nullptr; ///< waits for the prefix
    reporter& report;
};

std::uint8_t address_bits(address_family family)
{
    return family == address_family::ipv4 ? 32 : 128;
}

void read_address(entry_reader& entry, const token& word)
{
    const std::string_view text = word.text;
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto address = ip_address::parse(text.substr(0, slash));
    if (!address || !is_host_address(*address)) {
        entry.usable = false;
        entry.report.error(word.where,
                           fmt::format("'{}' doesn't begin with an IP address of a host (as 10.0.0.70/24 does); "
                                       "the entry is left out",
                                       text));
        return;
    }
    entry.draft.address.address = *address;
    const std::uint8_t bits = address_bits(address->family());
    entry.draft.address.prefix_length = bits;
    if (slash == text.size()) {
        return;
    }
    const auto prefix = parse_integer(text.substr(slash + 1));
    if (!prefix || *prefix < 0 || *prefix > bits) {
        entry.report.error(word.where,
                           fmt::format("the mask in '{}' isn't a number from 0 to {}; /{} is used", text, bits, bits));
        return;
    }
    entry.draft.address.prefix_length = static_cast<std::uint8_t>(*prefix);
}

bool is_ipv6(const entry_reader& entry)
{
    return entry.draft.address.address.family() == address_family::ipv6;
}

/// Says that an option means nothing for an IPv6 address; true if it is one.
bool refused_for_ipv6(entry_reader& entry, const token& option)
{
    if (is_ipv6(entry)) {
        entry.report.warning(option.where,
                             fmt::format("{} means nothing for an IPv6 address; it is left out", option.text));
        return true;
    }
    return false;
}

void read_dev(entry_reader& entry, const token&, const token& value)
{
    if (!is_interface_name(value.text)) {
        entry.usable = false;
        entry.report.error(
            value.where,
            fmt::format("'{}' is no interface's name (1 to 15 characters); the entry is left out", value.text));
        return;
    }
    entry.draft.address.device = value.text;
}

void read_broadcast(entry_reader& entry, const token& option, const token& value)
{
    if (!refused_for_ipv6(entry, option)) {
        entry.broadcast = &value;
    }
}

void read_scope(entry_reader& entry, const token& option, const token& value)
{
    if (refused_for_ipv6(entry, option)) {
        return;
    }
    if (const auto scope = parse_scope(value.text)) {
        entry.draft.address.scope = *scope;
    } else {
        entry.report.error(
            value.where,
            fmt::format("scope takes global, site, link, host or nowhere, not '{}'; it is left out", value.text));
    }
}

void read_label(entry_reader& entry, const token& option, const token& value)
{
    if (refused_for_ipv6(entry, option)) {
        return;
    }
    if (is_interface_name(value.text)) {
        entry.draft.address.label = value.text;
    } else {
        entry.report.error(
            value.where,
            fmt::format("a label has 1 to 15 characters and no '/', which '{}' doesn't; it is left out", value.text));
    }
}

void read_later(entry_reader& entry, const token& option, const token&)
{
    if (entry.report.first_time("entry " + option.text)) {
        entry.report.warning(option.where, fmt::format("{} behind an address has no effect yet", option.text));
    }
}

struct option_row {
    std::string_view name;
    bool has_value;
    void (*handle)(entry_reader&, const token& option, const token& value); ///< value is the option where it has none
};

constexpr auto options = std::to_array<option_row>({
    {"dev", true, read_dev},
    {"brd", true, read_broadcast},
    {"broadcast", true, read_broadcast},
    {"scope", true, read_scope},
    {"label", true, read_label},
    {"peer", true, read_later},
    {"preferred_lft", true, read_later},
    {"track_group", true, read_later},
    {"use_vmac", false, read_later},
    {"home", false, read_later},
    {"-nodad", false, read_later},
    {"nodad", false, read_later},
    {"mngtmpaddr", false, read_later},
    {"noprefixroute", false, read_later},
    {"autojoin", false, read_later},
    {"no_track", false, read_later},
});

/// How many words it took.
std::size_t read_option(entry_reader& entry, std::span<const token> words)
{
    const token& name = words[0];
    const auto* const row = std::ranges::find(options, name.text, &option_row::name);
    if (row == options.end()) {
        entry.report.error(
            name.where,
            fmt::format("'{}' is left out: it is no option of an address; write one address in each line", name.text));
        return 1;
    }
    if (!row->has_value) {
        row->handle(entry, name, name);
        return 1;
    }
    if (words.size() == 1) {
        entry.report.error(name.where, fmt::format("{} needs a value behind it; it is left out", name.text));
        return 1;
    }
    row->handle(entry, name, words[1]);
    return 2;
}

/// The subnet's last address (`ones`) or its first.
ip_address subnet_end(const virtual_address& of, bool ones)
{
    std::array<std::uint8_t, 4> bytes{};
    for (unsigned i = 0; i < bytes.size(); ++i) {
        const unsigned bits_before = 8 * i;
        const unsigned network_bits =
            std::clamp<unsigned>(of.prefix_length, bits_before, bits_before + 8) - bits_before;
        const unsigned host_mask = 0xffU >> network_bits;
        const unsigned byte = of.address.bytes()[i];
        bytes[i] = static_cast<std::uint8_t>(ones ? byte | host_mask : byte & ~host_mask);
    }
    return ip_address::v4(bytes);
}

void resolve_broadcast(entry_reader& entry)
{
    constexpr std::uint8_t longest_prefix_with_broadcast = 30;
    virtual_address& address = entry.draft.address;
    const token& value = *entry.broadcast;
    if (value.text == "+" || value.text == "-") {
        if (address.prefix_length > longest_prefix_with_broadcast) {
            entry.report.error(value.where,
                               fmt::format("a /{} has no broadcast address; give the address a shorter mask (as in "
                                           "{}/24), or leave brd out",
                                           address.prefix_length, address.address.to_string()));
            return;
        }
        address.broadcast = subnet_end(address, value.text == "+");
        return;
    }
    const auto given = ip_address::parse(value.text);
    if (!given || given->family() != address_family::ipv4) {
        entry.report.error(value.where,
                           fmt::format("brd takes an IPv4 address, + or -, not '{}'; it is left out", value.text));
        return;
    }
    address.broadcast = *given;
}

} // namespace

std::optional<address_draft> read_address_entry(const statement& entry, reporter& report)
{
    entry_reader reader{.draft = {.address = {}, .where = entry.keyword().where}, .report = report};
    read_address(reader, entry.keyword());
    if (!reader.usable) {
        return std::nullopt;
    }
    for (std::span<const token> rest = entry.arguments(); !rest.empty();) {
        rest = rest.subspan(read_option(reader, rest));
    }
    if (reader.broadcast != nullptr) {
        resolve_broadcast(reader);
    }
    return reader.usable ? std::optional(std::move(reader.draft)) : std::nullopt;
}

} // namespace xvrrp::config
