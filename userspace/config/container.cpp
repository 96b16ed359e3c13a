// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "config/container.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "config/container_list.hpp"
#include "config/reporter.hpp"
#include "config/surroundings.hpp"

namespace xvrrp::config {
namespace {

/// Of the image's first generation, which most recipes use (its configuration lies at the first two), and of the
/// second.
constexpr std::array<const char*, 3> custom_files{"/usr/local/etc/keepalived/keepalived.conf",
                                                  "/container/service/keepalived/assets/keepalived.conf",
                                                  "/etc/keepalived/keepalived.conf"};
constexpr std::array<const char*, 2> notify_files{"/container/service/keepalived/assets/notify.sh",
                                                  "/container/services/keepalived/assets/scripts/notify.sh"};

/// What isn't any variable's.
constexpr const char* fixed_lines = "environment";

using entries = std::vector<std::string>;

bool exists(const surroundings& around, const std::string& file)
{
    return !around.matches(file).empty();
}

class container {
public:
    container(const surroundings& around, reporter& report) : around_(around), report_(report) {}

    source_text lines()
    {
        const auto addresses = list("KEEPALIVED_VIRTUAL_IPS", "virtual_ipaddress", {"192.168.1.231", "192.168.1.232"});
        const auto peers = list("KEEPALIVED_UNICAST_PEERS", "unicast_peer", {"192.168.1.10", "192.168.1.11"});
        if (!addresses || !peers) {
            return {};
        }
        add("vrrp_instance VI_1 {");
        add_setting("interface", "KEEPALIVED_INTERFACE", "eth0");
        const std::string state = add_setting("state", "KEEPALIVED_STATE", "BACKUP");
        add_setting("virtual_router_id", "KEEPALIVED_ROUTER_ID", "51");
        const std::string priority = add_setting("priority", "KEEPALIVED_PRIORITY", "150");
        // The image always writes it, and keepalived clears it where it can't be.
        if (state != "MASTER" && priority != "255") {
            add("nopreempt");
        }
        // Without an entry adverts are multicast, as they are with an empty block.
        if (!peers->empty()) {
            add_block(*peers, "KEEPALIVED_UNICAST_PEERS", "unicast_peer");
        }
        add_block(*addresses, "KEEPALIVED_VIRTUAL_IPS", "virtual_ipaddress");
        add_password(*addresses);
        add_notify();
        add("}");
        return std::move(lines_);
    }

private:
    /// Nothing if it can't be read, which is reported.
    std::optional<entries> list(const char* variable, const char* keyword, const entries& preset)
    {
        const auto value = around_.environment(variable);
        if (!value) {
            const source_line line = line_of(variable, 1, fmt::format("{} {{ {} }}", keyword, fmt::join(preset, " ")));
            report_.warning({.line = &line, .column = 1}, fmt::format("{} isn't set: {} are taken, as in the image",
                                                                      variable, fmt::join(preset, " and ")));
            return preset;
        }
        auto read = list_entries(*value);
        if (!read) {
            const source_line line = line_of(variable, 1, unquoted(*value));
            report_.error({.line = &line, .column = static_cast<std::uint32_t>(read.error().offset + 1)},
                          read.error().what + "; nothing runs without this list");
            return std::nullopt;
        }
        return std::move(*read);
    }

    source_line line_of(const char* file, std::size_t number, std::string text)
    {
        return {.file = std::make_shared<const std::string>(file),
                .number = static_cast<std::uint32_t>(number),
                .sequence = static_cast<std::uint32_t>(lines_.size()),
                .text = std::move(text)};
    }

    void add(std::string text) { lines_.push_back(line_of(fixed_lines, lines_.size() + 1, std::move(text))); }

    /// `value` stands behind `before`, and is entry `number` of the variable.
    void add_value(const char* variable, std::size_t number, const std::string& before, const std::string& value,
                   const char* behind = "")
    {
        // A value of several lines must not become several statements.
        std::string one_line = value;
        std::ranges::replace(one_line, '\n', ' ');
        source_line line = line_of(variable, number, before + one_line + behind);
        line_origin origin;
        origin.parts.push_back({.begin = static_cast<std::uint32_t>(before.size()),
                                .length = static_cast<std::uint32_t>(one_line.size()),
                                .original_begin = 0,
                                .original_length = static_cast<std::uint32_t>(one_line.size()),
                                .from = nullptr});
        line.origin = std::make_shared<const line_origin>(std::move(origin));
        lines_.push_back(std::move(line));
    }

    /// Gives the value that is used. An empty one is what compose files make of a variable that isn't there.
    std::string add_setting(const char* keyword, const char* variable, const char* preset)
    {
        const std::string given = unquoted(around_.environment(variable).value_or(preset));
        const std::string value = given.empty() ? preset : given;
        add_value(variable, 1, fmt::format("  {} ", keyword), value);
        if (given.empty()) {
            report_.warning({.line = &lines_.back(), .column = 3},
                            fmt::format("{} is empty: {} is taken", variable, preset));
        }
        return value;
    }

    void add_block(const entries& values, const char* variable, const char* keyword)
    {
        add(fmt::format("  {} {{", keyword));
        for (std::size_t i = 0; i < values.size(); ++i) {
            add_value(variable, i + 1, "    ", values[i]);
        }
        add("  }");
    }

    /// An empty one is none. Version 3, and so IPv6, has no authentication: there the image's default is left out.
    void add_password(const entries& addresses)
    {
        constexpr const char* variable = "KEEPALIVED_PASSWORD";
        const auto given = around_.environment(variable);
        const bool is_ipv6 = !addresses.empty() && addresses.front().find(':') != std::string::npos;
        const std::string password = unquoted(given.value_or(is_ipv6 ? "" : "d0cker"));
        if (password.empty()) {
            return;
        }
        add("  authentication {");
        add("    auth_type PASS");
        add_value(variable, 1, "    auth_pass ", password);
        add("  }");
    }

    void add_notify()
    {
        for (const char* variable : {"KEEPALIVED_NOTIFY_SCRIPT", "KEEPALIVED_NOTIFY"}) {
            if (const auto given = around_.environment(variable)) {
                if (const std::string command = unquoted(*given); !command.empty()) {
                    add_value(variable, 1, "  notify \"", command, "\"");
                }
                return;
            }
        }
        const auto* const found =
            std::ranges::find_if(notify_files, [this](const char* file) { return exists(around_, file); });
        if (found != notify_files.end()) {
            add(fmt::format("  notify \"{}\"", *found));
        }
    }

    const surroundings& around_;
    reporter& report_;
    source_text lines_;
};

} // namespace

std::optional<std::filesystem::path> container_file(const surroundings& around)
{
    if (const auto chosen = around.environment("KEEPALIVED_CONF"); chosen && !chosen->empty()) {
        const std::string file = unquoted(*chosen);
        return exists(around, file) ? std::optional<std::filesystem::path>(file) : std::nullopt;
    }
    for (const char* file : custom_files) {
        if (exists(around, file)) {
            return file;
        }
    }
    return std::nullopt;
}

source_text container_lines(const surroundings& around, reporter& report)
{
    return container(around, report).lines();
}

} // namespace xvrrp::config
