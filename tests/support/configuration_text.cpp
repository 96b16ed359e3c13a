// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_instance blocks as text (see configuration_text.hpp).
#include "support/configuration_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace xvrrp::test {
namespace {

void add_line(std::string& text, const char* keyword, const std::string& value)
{
    if (!value.empty()) {
        text += fmt::format("  {} {}\n", keyword, value);
    }
}

void add_block(std::string& text, const char* keyword, const std::vector<std::string>& lines)
{
    if (!lines.empty()) {
        text += fmt::format("  {} {{\n    {}\n  }}\n", keyword, fmt::join(lines, "\n    "));
    }
}

} // namespace

std::string instance_text::to_string() const
{
    std::string text = fmt::format("vrrp_instance {} {{\n", name);
    add_line(text, "state", state);
    add_line(text, "interface", interface);
    add_line(text, "virtual_router_id", std::to_string(vrid));
    add_line(text, "priority", std::to_string(priority));
    add_line(text, "version", std::to_string(version));
    add_line(text, "advert_int", advert_int);
    if (!auth_pass.empty()) {
        add_block(text, "authentication", {"auth_type PASS", "auth_pass " + auth_pass});
    }
    add_line(text, "unicast_src_ip", unicast_src_ip);
    add_block(text, "unicast_peer", unicast_peers);
    add_block(text, "virtual_ipaddress", addresses);
    for (const auto& line : more) {
        text += fmt::format("  {}\n", line);
    }
    return text + "}\n";
}

std::string configuration_text(const std::vector<instance_text>& instances, const std::vector<std::string>& global)
{
    std::string text = global.empty() ? "" : fmt::format("global_defs {{\n  {}\n}}\n", fmt::join(global, "\n  "));
    for (const auto& instance : instances) {
        text += instance.to_string();
    }
    return text;
}

} // namespace xvrrp::test
