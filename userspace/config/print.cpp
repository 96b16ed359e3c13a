// SPDX-License-Identifier: BSD-2-Clause
//
// Writes what the tables read. Called by whoever shows a configuration; pure.
#include "config/print.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/ranges.h>

#include "config/command_words.hpp"
#include "config/value.hpp"

namespace xvrrp::config {
namespace {

/// The quote that `c` has to stand in, behind characters in `open` quotes (0: none yet).
char quote_for(char c, char open)
{
    if (c == '"') {
        return '\'';
    }
    return c == '\'' || open == '\0' ? '"' : open;
}

/// A word that is read back as `text`: in quotes where the lexer or the preprocessor would see more in it than a word.
/// A quote inside is put in quotes of the other kind; a `$` ends its quotes, so that it is never followed by a name.
std::string quoted(std::string_view text)
{
    constexpr std::string_view special = " \t\v\f\r#!\"'{}@$~";
    if (!text.empty() && text.find_first_of(special) == std::string_view::npos && !text.starts_with("include")) {
        return std::string(text);
    }
    std::string word;
    char open = '\0';
    for (const char c : text) {
        const char needed = quote_for(c, open);
        if (needed != open || word.ends_with('$')) {
            word += open == '\0' ? std::string() : std::string(1, open);
            word += needed;
            open = needed;
        }
        word += c;
    }
    return open == '\0' ? "\"\"" : word + open;
}

class printer {
public:
    std::string run(const configuration& config)
    {
        print_place(config.global.around);
        line("global_defs {{");
        line("    router_id {}", quoted(config.global.router_id));
        print_gap("vrrp_garp_interval", config.global.garp_interval);
        print_gap("vrrp_gna_interval", config.global.gna_interval);
        print_start(config.global);
        if (config.global.script_security) {
            line("    enable_script_security");
        }
        print_fifos(config.global);
        line("}}");
        for (const vrrp_script& script : config.scripts) {
            print_script(script);
        }
        for (const track_file& file : config.files) {
            print_file(file);
        }
        for (const track_process& process : config.processes) {
            print_process(process);
        }
        for (const sync_group& group : config.sync_groups) {
            print_sync_group(group);
        }
        for (const garp_group& group : config.garp_groups) {
            print_garp_group(group);
        }
        print_interface_delays(config.interface_delays);
        for (const vrrp_instance& instance : config.instances) {
            print_instance(instance);
        }
        return std::move(text_);
    }

private:
    template <class... Values> void line(fmt::format_string<const Values&...> format, const Values&... values)
    {
        text_ += fmt::format(format, values...);
        text_ += '\n';
    }

    void print_place(const surroundings_settings& around)
    {
        if (!around.net_namespace.empty()) {
            line("net_namespace {}", quoted(around.net_namespace));
        }
        if (!around.instance.empty()) {
            line("instance {}", quoted(around.instance));
        }
    }

    void print_surrounding(std::string_view keyword, const std::optional<surrounding_script>& what)
    {
        if (what) {
            line("    {} {}{}", keyword, quoted_command(what->script.command), account_words(what->script.account));
            line("    {}_timeout {}", keyword, seconds_text(what->timeout));
        }
    }

    void print_start(const global_settings& global)
    {
        if (global.around.disable_local_igmp) {
            line("    disable_local_igmp");
        }
        print_surrounding("startup_script", global.around.startup);
        print_surrounding("shutdown_script", global.around.shutdown);
        print_gap("vrrp_startup_delay", global.startup_delay);
        print_gap("vrrp_delay_after_boot", global.delay_after_boot);
        line("    vrrp_rt_priority {}", global.process.realtime_priority);
        if (global.process.nice) {
            line("    vrrp_priority {}", *global.process.nice);
        }
        if (!global.process.cpus.empty()) {
            line("    vrrp_cpu_affinity {}", fmt::to_string(fmt::join(global.process.cpus, " ")));
        }
    }

    /// keepalived takes 0 for an error, though it is its default.
    void print_gap(std::string_view keyword, duration gap)
    {
        if (gap != duration::zero()) {
            line("    {} {}", keyword, seconds_text(gap));
        }
    }

    /// Nothing without a user.
    static std::string account_words(const script_account& account)
    {
        if (account.user.empty()) {
            return {};
        }
        return " " + quoted(account.user) + (account.group.empty() ? "" : " " + quoted(account.group));
    }

    void print_fifos(const global_settings& global)
    {
        for (const fifo_keyword& each : fifo_keywords) {
            if (const std::optional<notify_fifo>& fifo = global.*each.fifo) {
                line("    {} {}{}", each.name, quoted(fifo->path), account_words(fifo->owner));
                if (fifo->script) {
                    line("    {} {}{}", each.script_name, quoted_command(fifo->script->command),
                         account_words(fifo->script->account));
                }
            }
        }
        if (global.fifo_states_on_reload) {
            line("    fifo_write_vrrp_states_on_reload");
        }
    }

    void print_script(const vrrp_script& script)
    {
        line("");
        line("vrrp_script {} {{", quoted(script.name));
        line("    script {}", quoted_command(script.command));
        line("    interval {}", seconds_text(script.interval));
        line("    timeout {}", seconds_text(script.timeout));
        line("    weight {}{}", script.weight.value_or(0), script.reverse ? " reverse" : "");
        line("    rise {}", script.rise);
        line("    fall {}", script.fall);
        if (!script.account.user.empty()) {
            line("    user{}", account_words(script.account));
        }
        if (script.init_fail) {
            line("    init_fail");
        }
        line("}}");
    }

    void print_file(const track_file& file)
    {
        line("");
        line("track_file {} {{", quoted(file.name));
        line("    file {}", quoted(file.path));
        line("    weight {}{}", file.weight.value_or(0), file.reverse ? " reverse" : "");
        if (file.start) {
            line("    init_file {}{}", file.start->value, file.start->overwrite ? " overwrite" : "");
        }
        line("}}");
    }

    void print_process(const track_process& process)
    {
        line("");
        line("vrrp_track_process {} {{", quoted(process.name));
        std::string words = quoted_word(process.process);
        for (const std::string& each : process.parameters) {
            words += " " + quoted_word(each);
        }
        line("    process {}", words);
        print_match(process.match);
        line("    weight {}{}", process.weight.value_or(0), process.reverse ? " reverse" : "");
        if (process.quorum != 0) {
            line("    quorum {}", process.quorum);
        }
        if (process.quorum_max) {
            line("    quorum_max {}", *process.quorum_max);
        }
        line("    fork_delay {}", seconds_text(process.fork_delay));
        line("    terminate_delay {}", seconds_text(process.terminate_delay));
        line("}}");
    }

    void print_match(process_match how)
    {
        switch (how) {
        case process_match::name:
            break;
        case process_match::command:
            line("    full_command");
            break;
        case process_match::exact:
            line("    param_match");
            break;
        case process_match::partial:
            line("    param_match partial");
            break;
        case process_match::initial:
            line("    param_match initial");
            break;
        }
    }

    void print_sync_group(const sync_group& group)
    {
        line("");
        line("vrrp_sync_group {} {{", quoted(group.name));
        line("    group {{");
        for (const std::string& member : group.members) {
            line("        {}", quoted(member));
        }
        line("    }}");
        if (group.tracking_weight) {
            line("    sync_group_tracking_weight");
        }
        print_notify(group.notify);
        line("}}");
    }

    void print_garp_group(const garp_group& group)
    {
        line("");
        line("garp_group {{");
        print_gap("garp_interval", group.garp_interval);
        print_gap("gna_interval", group.gna_interval);
        line("    interfaces {{");
        for (const std::string& interface : group.interfaces) {
            line("        {}", quoted(interface));
        }
        line("    }}");
        line("}}");
    }

    void print_interface_delays(const std::vector<interface_delay>& delays)
    {
        if (delays.empty()) {
            return;
        }
        line("");
        line("interface_up_down_delays {{");
        for (const interface_delay& each : delays) {
            line("    {} {} {}", quoted(each.interface), seconds_text(each.down), seconds_text(each.up));
        }
        line("}}");
    }

    static std::string_view on_or_off(bool value) { return value ? "on" : "off"; }

    void print_instance(const vrrp_instance& instance)
    {
        line("");
        line("vrrp_instance {} {{", quoted(instance.name));
        print_router(instance);
        print_garp(instance.garp);
        print_authentication(instance);
        print_peers(instance);
        print_tracking(instance);
        print_notify(instance.notify);
        if (instance.notify_priority_changes) {
            line("    notify_priority_changes on");
        }
        if (instance.virtual_addresses.empty()) {
            line("    no_virtual_ipaddress");
        }
        print_addresses("virtual_ipaddress", instance.virtual_addresses);
        print_addresses("virtual_ipaddress_excluded", instance.excluded_addresses);
        if (instance.promote_secondaries) {
            line("    promote_secondaries");
        }
        line("}}");
    }

    void print_router(const vrrp_instance& instance)
    {
        line("    state {}", instance.state == initial_state::master ? "MASTER" : "BACKUP");
        line("    interface {}", quoted(instance.interface));
        line("    virtual_router_id {}", instance.vrid.value);
        line("    priority {}", instance.priority.value);
        line("    version {}", static_cast<int>(instance.version));
        line("    advert_int {}", seconds_text(instance.advert_interval));
        line("    {}", instance.preempt ? "preempt" : "nopreempt");
        line("    preempt_delay {}", seconds_text(instance.preempt_delay));
        if (instance.leave_if_degraded) {
            line("    leave_if_degraded");
        }
        print_election(instance);
        line("    {}", instance.accept ? "accept" : "no_accept");
        line("    strict_mode {}", on_or_off(instance.strict));
        if (instance.version == vrrp_version::v3 && instance.family == address_family::ipv4) {
            line("    v3_checksum_as_v2 {}", on_or_off(instance.checksum_as_v2));
        }
        if (instance.virtual_addresses.empty() && instance.family == address_family::ipv6) {
            line("    native_ipv6");
        }
        line("    xdp_mode {}", xdp_mode_text(instance.xdp));
        print_fast_detection(instance.fast_detect);
    }

    void print_election(const vrrp_instance& instance)
    {
        line("    down_timer_adverts {}", instance.down_timer_adverts);
        line("    lower_prio_no_advert {}", on_or_off(instance.lower_prio_no_advert));
        if (instance.owner_ignore_adverts) {
            line("    owner_ignore_adverts");
        }
        if (instance.timer_expired_backup) {
            line("    timer_expired_backup {}", instance.timer_expired_backup->value);
        }
        if (!instance.track_primary) {
            line("    dont_track_primary");
        }
        if (instance.track_source) {
            line("    track_src_ip");
        }
        if (instance.fault_without_peer) {
            line("    unicast_fault_no_peer");
        }
    }

    void print_fast_detection(const fast_detection& how)
    {
        line("    fast_detect interval {} multiplier {}{} method {}", duration_text(how.interval), how.multiplier,
             how.hang_limit ? " hang_limit " + duration_text(*how.hang_limit) : "", how.enabled ? "sbfd" : "off");
    }

    void print_garp(const garp_settings& garp)
    {
        line("    garp_master_delay {}", garp.master_delay.count());
        line("    garp_master_repeat {}", garp.master_repeat);
        line("    garp_master_refresh {}", garp.refresh.count());
        line("    garp_master_refresh_repeat {}", garp.refresh_repeat);
        line("    garp_lower_prio_delay {}", garp.lower_prio_delay.count());
        line("    garp_lower_prio_repeat {}", garp.lower_prio_repeat);
    }

    void print_authentication(const vrrp_instance& instance)
    {
        if (instance.auth_pass) {
            line("    authentication {{");
            line("        auth_type PASS");
            line("        auth_pass {}", quoted(*instance.auth_pass));
            line("    }}");
        }
    }

    void print_peers(const vrrp_instance& instance)
    {
        const bool unicast = !instance.unicast_peers.empty();
        if (instance.source) {
            line("    {} {}", unicast ? "unicast_src_ip" : "mcast_src_ip", instance.source->to_string());
        }
        line("    mcast_dst_ip {}", instance.multicast_group.to_string());
        if (!unicast) {
            return;
        }
        line("    unicast_ttl {}", instance.unicast_ttl);
        line("    check_unicast_src {}", on_or_off(instance.check_unicast_src));
        line("    unicast_peer {{");
        for (const ip_address& peer : instance.unicast_peers) {
            line("        {}{}", peer.to_string(), hop_limit_words(instance, peer));
        }
        line("    }}");
    }

    static std::string hop_limit_words(const vrrp_instance& instance, const ip_address& peer)
    {
        const auto limits = instance.hop_limits.find(peer);
        return limits == instance.hop_limits.end()
                   ? std::string()
                   : fmt::format(" min_ttl {} max_ttl {}", limits->second.least, limits->second.most);
    }

    void print_tracking(const vrrp_instance& instance)
    {
        print_tracked("track_interface", instance.track_interfaces);
        print_tracked("track_script", instance.track_scripts);
        print_tracked("track_file", instance.track_files);
        print_tracked("track_process", instance.track_processes);
    }

    void print_notify(const notify_scripts& scripts)
    {
        if (scripts.tells_deleted && !scripts.deleted) {
            line("    notify_deleted");
        }
        for (const notify_keyword& each : notify_keywords) {
            if (const std::optional<notify_script>& script = scripts.*each.script) {
                line("    {} {}{}", each.name, quoted_command(script->command), account_words(script->account));
            }
        }
    }

    template <class Tracked> void print_tracked(std::string_view keyword, const std::vector<Tracked>& all)
    {
        if (all.empty()) {
            return;
        }
        line("    {} {{", keyword);
        for (const Tracked& tracked : all) {
            line("        {} weight {}{}", quoted(tracked.name), tracked.weight.value_or(0),
                 tracked.reverse ? " reverse" : "");
        }
        line("    }}");
    }

    /// keepalived doesn't read a mask behind a peer.
    static std::string subnet_words(const virtual_address& address)
    {
        if (!address.peer) {
            return fmt::format("{}/{}", address.address.to_string(), address.prefix_length);
        }
        return fmt::format("{} peer {}{}", address.address.to_string(), address.peer->to_string(),
                           is_whole_subnet(address) ? "" : fmt::format("/{}", address.prefix_length));
    }

    static std::string option_words(const virtual_address& address)
    {
        std::string words;
        for (const auto& [word, is_set] : {std::pair{" home", address.flags.home},
                                           {" -nodad", address.flags.dad},
                                           {" mngtmpaddr", address.flags.mngtmpaddr},
                                           {" noprefixroute", address.flags.noprefixroute},
                                           {" autojoin", address.flags.autojoin},
                                           {" no_track", !address.tracked}}) {
            words += is_set ? word : "";
        }
        if (address.preferred_lifetime) {
            words += fmt::format(" preferred_lft {}", address.preferred_lifetime->count());
        } else if (address.address.family() == address_family::ipv6 && is_whole_subnet(address)) {
            words += " preferred_lft forever";
        }
        return words;
    }

    void print_addresses(std::string_view keyword, const std::vector<virtual_address>& addresses)
    {
        if (addresses.empty()) {
            return;
        }
        line("    {} {{", keyword);
        for (const virtual_address& each : addresses) {
            line("        {}{} dev {}{}{}{}", subnet_words(each),
                 each.broadcast ? " brd " + each.broadcast->to_string() : "", quoted(each.device),
                 each.scope == address_scope::global ? std::string() : fmt::format(" scope {}", scope_text(each.scope)),
                 each.label.empty() ? std::string() : " label " + quoted(each.label), option_words(each));
        }
        line("    }}");
    }

    std::string text_;
};

} // namespace

std::string print(const configuration& config)
{
    return printer().run(config);
}

} // namespace xvrrp::config
