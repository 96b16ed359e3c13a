// SPDX-License-Identifier: BSD-2-Clause
//
// The table of what stands outside every block, and the way through a file.
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

void read_global_defs(file_draft& file, const statement& what, reporter& report)
{
    read_block(global_keywords(), "the global_defs block", what.block, file.global, report);
}

void read_instance(file_draft& file, const statement& what, reporter& report)
{
    const token& name = what.words[1];
    if (name.text.empty() || name.text.size() > longest_name) {
        report.error(name.where,
                     fmt::format("a vrrp_instance needs a name of 1 to {} bytes; the block is left out", longest_name));
        return;
    }
    const auto same = std::ranges::find(file.instances, name.text, &instance_draft::name);
    if (same != file.instances.end()) {
        report.error(name.where, fmt::format("vrrp_instance {} stands in {} already; this one is left out", name.text,
                                             line_name(same->where, name.where)));
        return;
    }
    instance_draft& instance = file.instances.emplace_back();
    instance.name = name.text;
    instance.where = name.where;
    read_block(instance_keywords(), "a vrrp_instance block", what.block, instance, report);
}

template <setting<std::string> global_draft::* Member>
void read_global_name(file_draft& file, const statement& what, reporter& report)
{
    read_place_name<Member>(file.global, what, report);
}

constexpr auto later = [](std::string_view name) { return known_keyword<file_draft>(name, keyword_effect::later); };
constexpr auto accepted = [](std::string_view name) {
    return known_keyword<file_draft>(name, keyword_effect::accepted);
};
constexpr auto lvs = [](std::string_view name) { return known_keyword<file_draft>(name, keyword_effect::lvs); };

constexpr auto table = std::to_array<keyword<file_draft>>({
    block_keyword<file_draft>("global_defs", read_global_defs),
    block_keyword<file_draft>("vrrp_instance", read_instance, 1, 1),
    block_keyword<file_draft>("vrrp_script", read_script, 1, 1),
    block_keyword<file_draft>("track_file", read_track_file, 1, 1),
    block_keyword<file_draft>("vrrp_track_file", read_track_file, 1, 1),
    block_keyword<file_draft>("vrrp_track_process", read_track_process, 1, 1),
    block_keyword<file_draft>("vrrp_sync_group", read_sync_group, 1, 1),
    block_keyword<file_draft>("garp_group", read_garp_group),
    block_keyword<file_draft>("interface_up_down_delays", read_interface_delays),

    later("track_group"),
    later("bfd_instance"),
    later("static_ipaddress"),
    later("static_routes"),
    later("static_rules"),
    value_keyword<file_draft>("net_namespace", read_global_name<&global_draft::net_namespace>, 1, 1),
    value_keyword<file_draft>("instance", read_global_name<&global_draft::instance>, 1, 1),

    // Links are watched by netlink; pid files are where the command line says; the supervisor waits for the daemon.
    accepted("linkbeat_interfaces"),
    accepted("linkbeat_use_polling"),
    accepted("namespace_with_ipsets"),
    accepted("use_pid_dir"),
    accepted("child_wait_time"),

    lvs("virtual_server"),
    lvs("virtual_server_group"),
    lvs("real_server"),
    lvs("sorry_server"),
    lvs("SSL"),
    lvs("net_namespace_ipvs"),
});

} // namespace

std::span<const keyword<file_draft>> root_keywords()
{
    return table;
}

file_draft read_statements(std::span<const statement> statements, reporter& report)
{
    file_draft file;
    // Blocks may stand any number of times, so the outermost level has no repetitions to warn of.
    read_block(root_keywords(), "the outermost level", statements, file, report);
    return file;
}

} // namespace xvrrp::config
