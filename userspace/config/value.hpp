// SPDX-License-Identifier: BSD-2-Clause
//
// Words to values. Pure; who calls says what is wrong with a word that isn't one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "xvrrp/config.hpp"

namespace xvrrp::config {

/// Decimal digits with an optional sign, nothing else.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// Seconds with an optional decimal fraction: "1", "0.25", ".5". Digits after the ninth are cut off. Up to 2^32 - 1
/// seconds.
std::optional<duration> parse_seconds(std::string_view text);
/// A decimal number and its unit, us, ms or s, without a space: "300us", "10ms", "1.5s".
std::optional<duration> parse_duration(std::string_view text);
/// on, true, yes; off, false, no.
std::optional<bool> parse_bool(std::string_view text);
std::optional<xdp_mode> parse_xdp_mode(std::string_view text);
/// site, link, host, nowhere, global.
std::optional<address_scope> parse_scope(std::string_view text);

/// What the kernel takes for the name of a network interface: 1 to 15 bytes, no '/', no white space, not "." or "..".
bool is_interface_name(std::string_view text);
/// An address that a host can have: neither unspecified, nor multicast, nor 255.255.255.255.
bool is_host_address(const ip_address& address);
/// Its prefix is as long as an address of its family.
bool is_whole_subnet(const virtual_address& address);

/// Seconds as parse_seconds takes them, exactly: "1", "0.25".
std::string seconds_text(duration value);
/// As parse_duration takes it, in the largest unit in which it is a whole number: "100ms", "1500ms", "2s".
std::string duration_text(duration value);
std::string_view xdp_mode_text(xdp_mode mode);
std::string_view scope_text(address_scope scope);

} // namespace xvrrp::config
