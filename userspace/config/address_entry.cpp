// SPDX-License-Identifier: BSD-2-Clause
//
// The lines of virtual_ipaddress and virtual_ipaddress_excluded:
// IP[/PREFIX] [brd IP|+|-] [dev INTERFACE] [scope SCOPE] [label LABEL] [peer IP[/PREFIX]] …
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
    const token* broadcast = nullptr;  ///< waits for the prefix
    const token* peer = nullptr;       ///< decides the prefix
    const token* autojoin = nullptr;   ///< has to fit the address
    const token* mngtmpaddr = nullptr; ///< has to fit the prefix
    bool has_prefix = false;
    bool has_preferred_lifetime = false;
    reporter& report;
};

std::uint8_t address_bits(address_family family)
{
    return family == address_family::ipv4 ? 32 : 128;
}

/// IP[/PREFIX]; what IP may be is the caller's to say.
struct address_word {
    std::optional<ip_address> address;
    std::optional<std::string_view> prefix; ///< as it stands there
};

address_word split(std::string_view text)
{
    const std::size_t slash = std::min(text.find('/'), text.size());
    return {.address = ip_address::parse(text.substr(0, slash)),
            .prefix = slash == text.size() ? std::nullopt : std::optional(text.substr(slash + 1))};
}

/// The longest where none stands there, or a wrong one, which is reported.
std::uint8_t read_prefix(const address_word& split, const token& word, reporter& report)
{
    const std::uint8_t bits = address_bits(split.address->family());
    if (!split.prefix) {
        return bits;
    }
    const auto prefix = parse_integer(*split.prefix);
    if (!prefix || *prefix < 0 || *prefix > bits) {
        report.error(word.where,
                     fmt::format("the mask in '{}' isn't a number from 0 to {}; /{} is used", word.text, bits, bits));
        return bits;
    }
    return static_cast<std::uint8_t>(*prefix);
}

void refuse_address(entry_reader& entry, const token& word)
{
    entry.usable = false;
    entry.report.error(word.where, fmt::format("'{}' doesn't begin with an IP address of a host (as 10.0.0.70/24 "
                                               "does); the entry is left out",
                                               word.text));
}

void read_address(entry_reader& entry, const token& word)
{
    const address_word given = split(word.text);
    if (!given.address || (!is_host_address(*given.address) && !given.address->is_multicast())) {
        refuse_address(entry, word);
        return;
    }
    entry.draft.address.address = *given.address;
    entry.draft.address.prefix_length = read_prefix(given, word, entry.report);
    entry.has_prefix = given.prefix.has_value();
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

/// The same for an IPv4 address.
bool refused_for_ipv4(entry_reader& entry, const token& option)
{
    if (!is_ipv6(entry)) {
        entry.report.warning(option.where,
                             fmt::format("{} means nothing for an IPv4 address; it is left out", option.text));
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

void read_peer(entry_reader& entry, const token&, const token& value)
{
    entry.peer = &value;
}

void read_preferred_lifetime(entry_reader& entry, const token& option, const token& value)
{
    if (refused_for_ipv4(entry, option)) {
        return;
    }
    constexpr std::int64_t most_seconds = 0xfffffffe;
    const auto seconds = parse_integer(value.text);
    const bool forever = value.text == "forever";
    if (!forever && (!seconds || *seconds < 0 || *seconds > most_seconds)) {
        entry.report.error(value.where, fmt::format("preferred_lft takes seconds from 0 to {}, or forever, not '{}'; "
                                                    "it is left out",
                                                    most_seconds, value.text));
        return;
    }
    entry.has_preferred_lifetime = true;
    entry.draft.address.preferred_lifetime = forever ? std::nullopt : std::optional(std::chrono::seconds(*seconds));
}

template <bool address_flags::* Flag> void read_ipv6_flag(entry_reader& entry, const token& option, const token&)
{
    if (!refused_for_ipv4(entry, option)) {
        entry.draft.address.flags.*Flag = true;
    }
}

/// What an address has without the word.
void read_nodad(entry_reader& entry, const token& option, const token&)
{
    if (!refused_for_ipv4(entry, option)) {
        entry.draft.address.flags.dad = false;
    }
}

void read_mngtmpaddr(entry_reader& entry, const token& option, const token&)
{
    if (!refused_for_ipv4(entry, option)) {
        entry.mngtmpaddr = &option;
    }
}

void read_noprefixroute(entry_reader& entry, const token&, const token&)
{
    entry.draft.address.flags.noprefixroute = true;
}

void read_autojoin(entry_reader& entry, const token& option, const token&)
{
    entry.autojoin = &option;
}

void read_no_track(entry_reader& entry, const token&, const token&)
{
    entry.draft.address.tracked = false;
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
    {"peer", true, read_peer},
    {"preferred_lft", true, read_preferred_lifetime},
    {"home", false, read_ipv6_flag<&address_flags::home>},
    {"-nodad", false, read_ipv6_flag<&address_flags::dad>},
    {"nodad", false, read_nodad},
    {"mngtmpaddr", false, read_mngtmpaddr},
    {"noprefixroute", false, read_noprefixroute},
    {"autojoin", false, read_autojoin},
    {"no_track", false, read_no_track},
    {"track_group", true, read_later},
    {"use_vmac", false, read_later},
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

void resolve_peer(entry_reader& entry)
{
    virtual_address& address = entry.draft.address;
    const token& value = *entry.peer;
    const address_word given = split(value.text);
    const bool fits = given.address && given.address->family() == address.address.family() &&
                      is_host_address(*given.address) && *given.address != address.address;
    if (!fits) {
        entry.report.error(value.where, fmt::format("peer takes the address of the other end of a point-to-point "
                                                    "link, of the same family, not '{}'; it is left out",
                                                    value.text));
        return;
    }
    if (entry.has_prefix) {
        entry.report.warning(value.where,
                             fmt::format("the mask belongs behind the peer; /{} is left out", address.prefix_length));
    }
    address.peer = given.address;
    address.prefix_length = read_prefix(given, value, entry.report);
}

/// The kernel has multicast addresses with autojoin only, and autojoin for nothing else.
void resolve_autojoin(entry_reader& entry, const token& address)
{
    const bool multicast = entry.draft.address.address.is_multicast();
    if (multicast && entry.autojoin == nullptr) {
        refuse_address(entry, address);
    } else if (!multicast && entry.autojoin != nullptr) {
        entry.report.warning(entry.autojoin->where, "autojoin is for multicast addresses; it is left out");
    }
    entry.draft.address.flags.autojoin = multicast;
}

void resolve_mngtmpaddr(entry_reader& entry)
{
    constexpr std::uint8_t only_prefix = 64;
    const std::uint8_t prefix = entry.draft.address.prefix_length;
    if (prefix != only_prefix) {
        entry.report.error(entry.mngtmpaddr->where,
                           fmt::format("the kernel takes mngtmpaddr with /64 only, not /{}; it is left out", prefix));
        return;
    }
    entry.draft.address.flags.mngtmpaddr = true;
}

/// An IPv6 address that is its own subnet is deprecated from the start, so that the host doesn't choose it as the
/// source of its own connections, which would break when it moves.
void resolve_preferred_lifetime(entry_reader& entry)
{
    if (is_ipv6(entry) && !entry.has_preferred_lifetime && is_whole_subnet(entry.draft.address)) {
        entry.draft.address.preferred_lifetime = std::chrono::seconds(0);
    }
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
    if (reader.peer != nullptr) {
        resolve_peer(reader);
    }
    if (reader.broadcast != nullptr) {
        resolve_broadcast(reader);
    }
    if (reader.mngtmpaddr != nullptr) {
        resolve_mngtmpaddr(reader);
    }
    resolve_autojoin(reader, entry.keyword());
    resolve_preferred_lifetime(reader);
    return reader.usable ? std::optional(std::move(reader.draft)) : std::nullopt;
}

} // namespace xvrrp::config
