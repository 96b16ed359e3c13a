// SPDX-License-Identifier: BSD-2-Clause
//
// Links, addresses and instances for the tests of plan.
#pragma once

#include <string>

#include "plan/facts.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::plan::test {

inline ip_address ip(const char* text)
{
    return ip_address::parse(text).value();
}

inline net::link make_link(std::uint32_t index, const std::string& name, bool running = true)
{
    net::link link;
    link.index = {index};
    link.name = name;
    link.mac = {{2, 0, 0, 0, 0, static_cast<std::uint8_t>(index)}};
    link.mtu = 1500;
    link.up = running;
    link.running = running;
    return link;
}

inline net::address make_address(std::uint32_t index, const char* text, std::uint8_t prefix = 24)
{
    net::address address;
    address.interface = {index};
    address.ip = ip(text);
    address.prefix_length = prefix;
    return address;
}

/// An address that a run of the daemon marked.
inline net::address marked(net::address address)
{
    address.protocol = 112;
    return address;
}

inline virtual_address make_vip(const char* text, const std::string& device = "eth0", std::uint8_t prefix = 32)
{
    virtual_address vip;
    vip.address = ip(text);
    vip.prefix_length = prefix;
    vip.device = device;
    return vip;
}

/// VI_1: VRID 51 on eth0 with 10.0.0.70.
inline vrrp_instance make_instance()
{
    vrrp_instance instance;
    instance.name = "VI_1";
    instance.interface = "eth0";
    instance.vrid = {51};
    instance.multicast_group = ip("224.0.0.18");
    instance.virtual_addresses = {make_vip("10.0.0.70")};
    return instance;
}

} // namespace xvrrp::plan::test
