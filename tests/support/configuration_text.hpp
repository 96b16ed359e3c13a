// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_instance blocks as text, the same for xvrrpd and keepalived. Pure.
#pragma once

#include <string>
#include <vector>

namespace xvrrp::test {

/// One vrrp_instance; values are written as they stand, and what is empty is left out.
struct instance_text {
    std::string name = "VI_1";
    std::string interface = "eth0";
    unsigned vrid = 51;
    unsigned priority = 100;
    std::string state{}; ///< empty: BACKUP by default
    unsigned version = 2;
    std::string advert_int = "1";
    std::string auth_pass{};
    std::string unicast_src_ip{};
    std::vector<std::string> unicast_peers{};
    std::vector<std::string> addresses{"10.0.0.70"};
    std::vector<std::string> more{}; ///< further lines, such as "nopreempt"

    [[nodiscard]] std::string to_string() const;
};

/// A whole file: global_defs with the lines given, then the instances.
std::string configuration_text(const std::vector<instance_text>& instances,
                               const std::vector<std::string>& global = {});

} // namespace xvrrp::test
