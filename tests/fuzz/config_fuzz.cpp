// SPDX-License-Identifier: BSD-2-Clause
//
// What has to hold for the reader of configurations whatever it is given: it ends, its messages lie inside the text,
// what it returns can run, and print() of it reads back as the same. A form feed at the beginning of a line begins
// another file, which the text can include: "/1", "/2", …
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"
#include "config/print.hpp"
#include "config/surroundings.hpp"
#include "fuzz/fuzz_input.hpp"

namespace xvrrp::fuzz {
namespace {

using namespace std::chrono_literals;

/// The parts of the input. Every pattern matches some of them, and every environment variable is set.
class input_files final : public config::surroundings {
public:
    explicit input_files(std::string_view input)
    {
        constexpr std::string_view separator = "\n\f";
        for (std::size_t end = input.find(separator); end != std::string_view::npos; end = input.find(separator)) {
            texts_.emplace_back(input.substr(0, end + 1));
            input.remove_prefix(end + separator.size());
        }
        texts_.emplace_back(input);
    }
    [[nodiscard]] const std::string& main() const { return texts_.front(); }

    [[nodiscard]] std::vector<std::filesystem::path> matches(const std::string& pattern) const override
    {
        const bool all = pattern.find('*') != std::string::npos;
        std::vector<std::filesystem::path> found;
        for (std::size_t i = 1; i < texts_.size(); ++i) {
            const std::string name = "/" + std::to_string(i);
            if (all || pattern == name) {
                found.emplace_back(name);
            }
        }
        return found;
    }
    [[nodiscard]] result<std::string> read(const std::filesystem::path& file) const override
    {
        return texts_.at(static_cast<std::size_t>(std::stoi(file.string().substr(1))));
    }
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override { return name; }

private:
    std::vector<std::string> texts_;
};

void check_places(const config::loaded& result, std::string_view text)
{
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    require(result.diagnostics.size() <= 501, "the number of messages is bounded");
    for (const config::diagnostic& each : result.diagnostics) {
        require(each.where.line >= 1 && each.where.line <= lines, "a message's line exists");
        require(each.where.column >= 1 && each.where.column <= text.size() + 1, "a message's column exists");
        const std::string shown = to_string(each);
        require(std::ranges::count(shown, '\n') <= 2, "a message has one line, the source's and the caret's");
    }
}

void check_interfaces(const configuration& config)
{
    std::set<std::string> grouped;
    for (const garp_group& group : config.garp_groups) {
        require(!group.interfaces.empty(), "a garp_group has an interface");
        for (const std::string& each : group.interfaces) {
            require(grouped.insert(each).second, "an interface is in one garp_group");
        }
    }
    for (const interface_delay& each : config.interface_delays) {
        require(std::max(each.down, each.up) <= std::chrono::seconds(255), "a delay has its limit");
    }
}

void check_addresses(const vrrp_instance& instance)
{
    require(instance.virtual_addresses.size() <= 255, "the addresses fit into an advert");
    require(!instance.strict || !instance.virtual_addresses.empty(), "who is strict has an address");
    for (const virtual_address& each : instance.virtual_addresses) {
        require(each.address.family() == instance.family, "the addresses in adverts are of one family");
    }
    for (const auto* list : {&instance.virtual_addresses, &instance.excluded_addresses}) {
        for (const virtual_address& each : *list) {
            require(!each.device.empty() && each.device.size() <= 15, "an address has a device");
            require(each.label.size() <= 15, "a label fits into the kernel's field");
            require(each.flags.autojoin == each.address.is_multicast(), "autojoin is for multicast addresses");
            require(!each.peer || each.peer->family() == each.address.family(), "a peer is of the same family");
            require(each.prefix_length <= each.address.bytes().size() * 8, "a prefix isn't longer than its address");
        }
    }
}

void check_fast_detection(const fast_detection& how)
{
    require(how.interval >= 100us && how.interval <= 1s, "probes are 100 us to 1 s apart");
    require(how.multiplier >= 2 && how.multiplier <= 20, "2 to 20 misses are a loss");
    require(!how.hang_limit || (*how.hang_limit >= 10ms && *how.hang_limit <= 300s), "a hang limit is 10 ms to 300 s");
}

void check_instance(const vrrp_instance& instance)
{
    require(!instance.name.empty() && instance.name.size() <= 255, "an instance has a name");
    require(!instance.interface.empty() && instance.interface.size() <= 15, "an instance has an interface");
    require(instance.vrid.value >= 1 && instance.priority.value >= 1, "VRID and priority aren't 0");
    require(instance.family == address_family::ipv4 || instance.version == vrrp_version::v3, "IPv6 has version 3");
    if (instance.version == vrrp_version::v2) {
        require(instance.advert_interval >= 1s && instance.advert_interval <= 255s &&
                    instance.advert_interval % 1s == 0ns,
                "version 2 has whole seconds");
    } else {
        require(instance.advert_interval >= 10ms && instance.advert_interval <= 40950ms &&
                    instance.advert_interval % 10ms == 0ns,
                "version 3 has hundredths of a second");
    }
    require(!instance.auth_pass || (instance.version == vrrp_version::v2 && !instance.auth_pass->empty() &&
                                    instance.auth_pass->size() <= 8),
            "a password has 1 to 8 bytes");
    require(instance.multicast_group.is_multicast() && instance.multicast_group.family() == instance.family,
            "the group is one");
    require(!instance.source || instance.source->family() == instance.family, "the source is of the family");
    require(instance.garp.master_repeat >= 1 && instance.garp.refresh_repeat >= 1, "a burst has an announcement");
    require(instance.down_timer_adverts >= 1 && instance.down_timer_adverts <= 100, "some adverts are missed");
    require(instance.unicast_ttl >= 1, "a packet has a TTL");
    for (const auto& [peer, limits] : instance.hop_limits) {
        require(limits.least <= limits.most && instance.check_unicast_src, "a limit lets something pass");
    }
    for (const ip_address& peer : instance.unicast_peers) {
        require(peer.family() == instance.family && peer != instance.source, "a peer is another router of the family");
    }
    check_fast_detection(instance.fast_detect);
    check_addresses(instance);
}

void check_script(const vrrp_script& script)
{
    require(!script.name.empty() && script.name.size() <= 255, "a script has a name");
    require(!script.command.empty(), "a script has a command");
    require(script.interval >= 1ms && script.interval <= 4294s, "a script runs every millisecond to 4294 s");
    require(script.timeout >= 1ms && script.timeout <= 4294s, "a run takes a millisecond to 4294 s");
    require(!script.weight || (*script.weight >= -253 && *script.weight <= 253 && *script.weight != 0),
            "a weight is -253 to 253 and not 0");
    require(script.rise >= 1 && script.fall >= 1, "a verdict takes a result");
}

void check_file(const track_file& file)
{
    require(!file.name.empty() && file.name.size() <= 255, "a file has a name");
    require(file.path.starts_with('/'), "a file has a path");
    require(!file.weight || (*file.weight >= -254 && *file.weight <= 254 && *file.weight != 0),
            "a file's weight is -254 to 254 and not 0");
}

void check_process(const track_process& process)
{
    require(!process.name.empty() && process.name.size() <= 255, "what is looked for has a name");
    require(!process.process.empty(), "a process has a name");
    require(!process.quorum_max || *process.quorum_max >= process.quorum, "a quorum can be reached");
    require(process.fork_delay >= 0ns && process.fork_delay <= 1h && process.terminate_delay >= 0ns &&
                process.terminate_delay <= 1h,
            "a delay is up to an hour");
}

/// Of objects that each pass the check.
template <class Object> std::set<std::string> names_of(const std::vector<Object>& all, void (*check)(const Object&))
{
    std::set<std::string> names;
    for (const Object& each : all) {
        require(names.insert(each.name).second, "names of what is tracked are unique");
        check(each);
    }
    return names;
}

template <class Tracked> void check_tracked(const std::vector<Tracked>& lines, const std::set<std::string>& names)
{
    for (const Tracked& each : lines) {
        require(names.contains(each.name), "what is tracked is looked at");
    }
}

template <class Named> void forget_places(Named& instance)
{
    instance.where = {};
    for (const notify_keyword& each : notify_keywords) {
        if (std::optional<notify_script>& script = instance.notify.*each.script) {
            require(!script->command.empty(), "a notify script has a command");
            script->where = {};
        }
    }
}

void forget_fifo_places(global_settings& global)
{
    for (const fifo_keyword& each : fifo_keywords) {
        if (std::optional<notify_fifo>& fifo = global.*each.fifo) {
            require(fifo->path.starts_with('/'), "a pipe has a path");
            fifo->where = {};
            if (fifo->script) {
                require(!fifo->script->command.empty(), "a pipe's script has a command");
                fifo->script->where = {};
            }
        }
    }
}

void forget_place(std::optional<surrounding_script>& what)
{
    if (what) {
        require(!what->script.command.empty(), "a script around has a command");
        require(what->timeout >= 1s && what->timeout <= 1000s, "it may run for 1 to 1000 s");
        what->script.where = {};
    }
}

void check_round_trip(configuration config)
{
    config::loaded second = config::parse(config::print(config), "printed.conf");
    for (configuration* each : {&config, &second.config}) {
        forget_fifo_places(each->global);
        forget_place(each->global.around.startup);
        forget_place(each->global.around.shutdown);
        std::ranges::for_each(each->instances, forget_places<vrrp_instance>);
        std::ranges::for_each(each->sync_groups, forget_places<sync_group>);
        std::ranges::for_each(each->processes, [](track_process& process) { process.where = {}; });
        std::ranges::for_each(each->files, [](track_file& file) { file.where = {}; });
        std::ranges::for_each(each->scripts, [](vrrp_script& script) { script.where = {}; });
    }
    require(config == second.config, "what is printed reads back as the same");
}

} // namespace
} // namespace xvrrp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace xvrrp;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const fuzz::input_files files(text);
    constexpr std::size_t most_bytes = std::size_t{1} << 14U;
    const config::loaded result =
        config::parse(files.main(), "/0", files, {.config_id = "main", .random_seed = 1, .most_bytes = most_bytes});
    fuzz::check_places(result, text);
    fuzz::check_interfaces(result.config);
    std::set<std::string> names;
    for (const vrrp_instance& instance : result.config.instances) {
        fuzz::require(names.insert(instance.name).second, "names are unique");
        fuzz::check_instance(instance);
    }
    const std::set<std::string> scripts = fuzz::names_of(result.config.scripts, fuzz::check_script);
    const std::set<std::string> tracked_files = fuzz::names_of(result.config.files, fuzz::check_file);
    const std::set<std::string> processes = fuzz::names_of(result.config.processes, fuzz::check_process);
    for (const vrrp_instance& instance : result.config.instances) {
        fuzz::check_tracked(instance.track_scripts, scripts);
        fuzz::check_tracked(instance.track_files, tracked_files);
        fuzz::check_tracked(instance.track_processes, processes);
    }
    fuzz::check_round_trip(result.config);
    return 0;
}
