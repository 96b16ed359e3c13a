// SPDX-License-Identifier: BSD-2-Clause
//
// For the tests of userspace/config: texts to parse, and a way to look for a message at its place.
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"

namespace xvrrp::config {

inline std::ostream& operator<<(std::ostream& out, const diagnostic& message)
{
    return out << to_string(message);
}

inline loaded read(std::string_view text)
{
    return parse(text, "test.conf");
}

/// A vrrp_instance that runs, with `lines` inside: the first of them is line 4. Its VIP is 10.0.0.70.
inline std::string instance_with(std::string_view lines)
{
    return "vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n" + std::string(lines) +
           "\n  virtual_ipaddress {\n    10.0.0.70\n  }\n}\n";
}

/// The same without virtual_ipaddress.
inline std::string bare_instance_with(std::string_view lines)
{
    return "vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n" + std::string(lines) + "\n}\n";
}

inline const vrrp_instance& only_instance(const loaded& what)
{
    static const vrrp_instance none;
    EXPECT_EQ(what.config.instances.size(), 1U);
    return what.config.instances.empty() ? none : what.config.instances.front();
}

/// A message of this level at this place, whose text contains `part`.
inline auto message_at(severity level, std::uint32_t line, std::uint32_t column, std::string_view part)
{
    using testing::AllOf;
    using testing::Field;
    return AllOf(
        Field("level", &diagnostic::level, level),
        Field("where", &diagnostic::where,
              AllOf(Field("line", &source_location::line, line), Field("column", &source_location::column, column))),
        Field("text", &diagnostic::text, testing::HasSubstr(std::string(part))));
}

inline auto only_message(severity level, std::uint32_t line, std::uint32_t column, std::string_view part)
{
    return testing::ElementsAre(message_at(level, line, column, part));
}

inline void forget_places(notify_scripts& scripts)
{
    for (const notify_keyword& notify : notify_keywords) {
        if (std::optional<notify_script>& script = scripts.*notify.script) {
            script->where = {};
        }
    }
}

inline void forget_place(std::optional<surrounding_script>& what)
{
    if (what) {
        what->script.where = {};
    }
}

/// Where an instance or a script stands in its file says nothing about what it is.
inline configuration without_places(configuration config)
{
    forget_place(config.global.around.startup);
    forget_place(config.global.around.shutdown);
    for (vrrp_script& each : config.scripts) {
        each.where = {};
    }
    for (track_file& each : config.files) {
        each.where = {};
    }
    for (track_process& each : config.processes) {
        each.where = {};
    }
    for (const fifo_keyword& each : fifo_keywords) {
        if (std::optional<notify_fifo>& fifo = config.global.*each.fifo) {
            fifo->where = {};
            if (fifo->script) {
                fifo->script->where = {};
            }
        }
    }
    for (vrrp_instance& each : config.instances) {
        each.where = {};
        forget_places(each.notify);
    }
    for (sync_group& each : config.sync_groups) {
        each.where = {};
        forget_places(each.notify);
    }
    return config;
}

inline ip_address ip(std::string_view text)
{
    return ip_address::parse(text).value();
}

} // namespace xvrrp::config
