// SPDX-License-Identifier: BSD-2-Clause
//
// A router alone in its laboratory (see style_lab.hpp).
#include "interop/style_lab.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "lab/eventually.hpp"
#include "support/must.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

constexpr const char* calls_file = "calls";
constexpr const char* neutral_directory = "SCRIPTS";

// Repeats that come after so long are another round.
constexpr auto between_rounds = 500ms;

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

std::string hex(const lab::frame& bytes, std::size_t from)
{
    return from < bytes.size()
               ? fmt::format("{:02x}", fmt::join(bytes.begin() + static_cast<long>(from), bytes.end(), ""))
               : "";
}

constexpr std::size_t ethernet_header = 14;

bool is_ipv6(const lab::frame& bytes)
{
    return bytes[12] == 0x86;
}

/// Where an IP packet ends: the rest is padding.
lab::frame without_padding(lab::frame bytes)
{
    const auto number = [&](std::size_t at) { return static_cast<std::size_t>(bytes[at] << 8 | bytes[at + 1]); };
    const std::size_t end = is_ipv6(bytes) ? ethernet_header + 40 + number(18) : ethernet_header + number(16);
    bytes.resize(std::min(bytes.size(), end));
    return bytes;
}

/// Of the IP header what isn't among the fields of lab::advert: class, flow and fragmentation, but not the number that
/// each IPv4 packet has of its own. The message as it is.
std::string raw_advert(const lab::frame& padded)
{
    const lab::frame bytes = without_padding(padded);
    if (is_ipv6(bytes)) {
        return fmt::format("class and flow {:02x}{:02x}{:02x}{:02x} message {}", bytes[14], bytes[15], bytes[16],
                           bytes[17], hex(bytes, ethernet_header + 40));
    }
    return fmt::format("class {:02x} fragment {:02x}{:02x} message {}", bytes[15], bytes[20], bytes[21],
                       hex(bytes, ethernet_header + std::size_t{bytes[14] & 0xfU} * 4));
}

const char* kind_name(lab::address_claim::kind what)
{
    switch (what) {
    case lab::address_claim::kind::arp_request:
        return "ARP request";
    case lab::address_claim::kind::arp_reply:
        return "ARP reply";
    case lab::address_claim::kind::neighbour_advertisement:
        break;
    }
    return "Neighbor Advertisement";
}

/// The address of that host that is of the same kind.
std::string like(const std::string& address, const lab::host& of)
{
    if (address.starts_with("fe80:")) {
        return of.link_local();
    }
    return address.find(':') != std::string::npos ? of.ipv6() : of.ipv4();
}

/// Those that are the same up to `end` beside each other, in their order.
strings grouped(const strings& lines, const char* end)
{
    std::map<std::string, strings> groups;
    for (const auto& line : lines) {
        groups[line.substr(0, line.find(end))].push_back(line);
    }
    strings all;
    for (const auto& [start, group] : groups) {
        all.insert(all.end(), group.begin(), group.end());
    }
    return all;
}

} // namespace

style_scripts::style_scripts(std::string file, const strings& directories)
    // Not in /tmp, which script security doesn't trust.
    : directory_(must(lab::scratch_directory::create_under("/run", "style"))), file_(std::move(file))
{
    for (const auto& directory : directories) {
        const std::regex script(R"~((^|[\s"']))~" + directory + R"~(/([\w.-]+)(?=[\s"']|$))~");
        file_ = std::regex_replace(file_, script, "$1" + path().string() + "/$2");
    }
    std::ofstream(path() / calls_file).flush();
    const std::regex script(path().string() + R"(/([\w-]+\.[\w]+))");
    for (std::sregex_iterator each(file_.begin(), file_.end(), script); each != std::sregex_iterator(); ++each) {
        write_script((*each)[1].str());
    }
    // Those that run as somebody else write there too.
    ::chmod((path() / calls_file).c_str(), 0666);
}

void style_scripts::write_script(const std::string& name) const
{
    const auto has = [&](const char* word) { return name.find(word) != std::string::npos; };
    const std::string directory = path().string();
    std::string command = fmt::format("echo \"{} $*\" >>{}/{}", name, directory, calls_file);
    if (has("check") || has("chk")) {
        command = fmt::format("! test -e {}/{}.fails", directory, name);
    } else if (has("fifo")) {
        command = fmt::format("trap '' TERM; while read -r line; do echo \"{} $line\" >>{}/{}; done <$1", name,
                              directory, calls_file);
    }
    const auto file = must(directory_.write(name, "#!/bin/sh\n" + command + "\n"));
    ::chmod(file.c_str(), 0755);
}

void style_scripts::fail(const std::string& script) const
{
    must(directory_.write(script + ".fails", ""));
}

void style_scripts::succeed(const std::string& script) const
{
    std::filesystem::remove(path() / (script + ".fails"));
}

strings style_scripts::calls() const
{
    strings lines;
    std::ifstream in(path() / calls_file);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

style_lab::style_lab(daemon_kind kind, const std::string& file, const style_surroundings& around)
    : kind_(kind), scripts_(file, around.script_directories),
      lan_(std::make_unique<lab::segment>(must(lab::segment::create({"router", "other"})))), interfaces_{"eth0"}
{
    for (const auto& interface : around.interfaces) {
        must(lan_->add_interface(router(), interface));
        interfaces_.push_back(interface);
    }
    must(router().ns().ip_batch(around.prepared));
    // The second of the peers that files have in unicast_peer.
    must((*lan_)["other"].ns().ip_batch({"addr add 10.0.0.3/24 dev eth0", "addr add fe80::3/64 dev eth0 nodad"}));
    heard_ = std::make_unique<lab::capture>(must(lab::capture::start(*lan_, {.hosts = {"router"}, .echo = false})));
}

void style_lab::start()
{
    if (kind_ == daemon_kind::keepalived) {
        keepalived_.emplace(must(lab::keepalived::start(router().ns(), scripts_.file())));
    } else {
        xvrrpd_ = std::make_unique<xvrrpd>(router().ns(), scripts_.file());
    }
}

void style_lab::pull_cable()
{
    must(lan_->carrier(router(), false));
}

void style_lab::plug_in()
{
    must(lan_->carrier(router(), true));
}

void style_lab::take_down(const std::string& interface)
{
    must(router().ns().ip("link set " + interface + " down"));
}

void style_lab::bring_up(const std::string& interface)
{
    must(router().ns().ip("link set " + interface + " up"));
}

std::vector<lab::frame> style_lab::adverts_of_another(unsigned priority) const
{
    const lab::host& other = (*lan_)["other"];
    std::map<std::pair<unsigned, bool>, lab::frame> frames;
    for (const auto& advert : adverts()) {
        const bool ipv6 = advert.source.find(':') != std::string::npos;
        const bool unicast = !advert.destination.starts_with("224.") && !advert.destination.starts_with("ff");
        lab::advert_recipe recipe{.source_mac = other.mac(),
                                  .source = like(advert.source, other),
                                  .destination = unicast ? advert.source : advert.destination,
                                  .version = advert.version,
                                  .vrid = advert.vrid,
                                  .priority = priority,
                                  .interval = advert.interval,
                                  .addresses = advert.addresses};
        if (unicast) {
            recipe.destination_mac = advert.mac;
        }
        if (!advert.password.empty()) {
            recipe.password = advert.password;
        }
        frames[{advert.vrid, ipv6}] = must(lab::forge_advert(recipe));
    }
    std::vector<lab::frame> all;
    all.reserve(frames.size());
    for (auto& [key, frame] : frames) {
        all.push_back(std::move(frame));
    }
    return all;
}

void style_lab::hear_router(unsigned priority)
{
    const auto frames = adverts_of_another(priority);
    other_.emplace(
        must(lab::flood::start((*lan_)["other"], frames, {.frames_per_second = 20 * frames.size(), .time = 60s})));
}

void style_lab::hear_one_advert(unsigned priority)
{
    const auto frames = adverts_of_another(priority);
    other_.emplace(must(lab::flood::start((*lan_)["other"], frames, {.frames = frames.size()})));
}

void style_lab::hear_nobody()
{
    other_.reset();
}

void style_lab::reload()
{
    if (keepalived_) {
        must(keepalived_->daemon().signal(SIGHUP));
    } else {
        xvrrpd_->hangup();
    }
}

void style_lab::begin_stop()
{
    must((keepalived_ ? keepalived_->daemon() : xvrrpd_->process()).signal(SIGTERM));
}

bool style_lab::ended()
{
    return !(keepalived_ ? keepalived_->daemon() : xvrrpd_->process()).running();
}

std::string style_lab::log() const
{
    if (keepalived_) {
        return keepalived_->log();
    }
    return xvrrpd_ ? xvrrpd_->log() : "";
}

std::vector<lab::advert> style_lab::adverts() const
{
    return heard_->adverts();
}

std::string style_lab::interface_of(const mac_address& mac) const
{
    for (const auto& interface : interfaces_) {
        if (must(router().ns().mac_of(interface)) == mac) {
            return interface;
        }
    }
    return fmt::format("{:02x}", fmt::join(mac.bytes, ":"));
}

strings style_lab::address_lines() const
{
    strings lines;
    const auto printed = must(lab::exec_checked({"ip", "-n", router().ns().name(), "-j", "addr"}));
    for (const auto& link : nlohmann::json::parse(printed)) {
        for (auto address : link["addr_info"]) {
            const auto local = address.value("local", "") + "/" + std::to_string(address.value("prefixlen", 0));
            address.erase("local");
            address.erase("prefixlen");
            lines.push_back(fmt::format("{} {} {}", link.value("ifname", ""), local, address.dump()));
        }
    }
    return lines;
}

strings style_lab::route_lines() const
{
    strings lines;
    for (const char* what : {"-4 route show table all", "-6 route show table all", "-4 rule show", "-6 rule show"}) {
        std::istringstream printed(must(router().ns().ip(what)));
        for (std::string line; std::getline(printed, line);) {
            const bool own =
                line.find("proto kernel") != std::string::npos || line.find(":\tfrom all lookup ") != std::string::npos;
            if (!own && !line.empty()) {
                lines.push_back(line);
            }
        }
    }
    return lines;
}

strings style_lab::advert_lines() const
{
    std::map<std::string, strings> by_router;
    for (const auto& captured : heard_->frames()) {
        const auto advert = lab::decode_advert(captured);
        if (!advert) {
            continue;
        }
        const auto key = fmt::format("{} VRID {} from {} to {}", interface_of(advert->mac), advert->vrid,
                                     advert->source, advert->destination);
        auto line =
            fmt::format("{}: version {} priority {} interval {}ms addresses {} password '{}' TTL {} {}", key,
                        advert->version, advert->priority, advert->interval.count(), fmt::join(advert->addresses, ","),
                        advert->password, advert->ttl, raw_advert(captured.bytes));
        auto& lines = by_router[key];
        if (lines.empty() || lines.back() != line) {
            lines.push_back(std::move(line));
        }
    }
    strings all;
    for (auto& [key, lines] : by_router) {
        std::ranges::move(lines, std::back_inserter(all));
    }
    return all;
}

strings style_lab::announcement_lines(time_point since) const
{
    struct round {
        std::string line;
        time_point last;
        unsigned count = 0;
    };
    std::vector<round> rounds;
    for (const auto& captured : heard_->frames()) {
        const auto claim = lab::decode_claim(captured);
        if (!claim || !claim->unsolicited || claim->time < since) {
            continue;
        }
        const auto line = fmt::format("{} {} of {} {}", interface_of(claim->mac), kind_name(claim->what),
                                      claim->address, hex(captured.bytes, 0));
        const auto found = std::ranges::find(rounds, line, &round::line);
        if (found == rounds.end()) {
            rounds.push_back({.line = line, .last = claim->time, .count = 1});
        } else if (claim->time - found->last < between_rounds) {
            found->last = claim->time;
            ++found->count;
        }
    }
    strings lines;
    for (const auto& each : rounds) {
        lines.push_back(fmt::format("{}, {} times", each.line, each.count));
    }
    return grouped(lines, " of ");
}

strings style_lab::state_lines() const
{
    const std::string log = this->log();
    const std::regex entered(R"(\(([^)]+)\) Entering (\w+) STATE)");
    strings lines;
    for (std::sregex_iterator each(log.begin(), log.end(), entered); each != std::sregex_iterator(); ++each) {
        lines.push_back(fmt::format("{}: {}", (*each)[1].str(), (*each)[2].str()));
    }
    return grouped(lines, ":");
}

strings style_lab::priority_lines(std::size_t from) const
{
    const std::string log = this->log().substr(from);
    const std::regex change(R"(\(([^)]+)\) Changing effective priority from \d+ to (\d+))");
    std::map<std::string, std::string> last;
    for (std::sregex_iterator each(log.begin(), log.end(), change); each != std::sregex_iterator(); ++each) {
        last[(*each)[1].str()] = (*each)[2].str();
    }
    strings lines;
    for (const auto& [instance, priority] : last) {
        lines.push_back(fmt::format("{} {}", instance, priority));
    }
    return lines;
}

strings remarks_of(const style_scripts& scripts)
{
    const auto file = scripts.path() / "tested.conf";
    std::ofstream(file) << scripts.file() << std::flush;
    const auto tested = must(lab::exec({xvrrpd_binary().string(), "-t", "-f", file.string()}));
    const std::regex form(file.string() + R"(:\d+:\d+: (.*))");
    strings lines;
    for (std::sregex_iterator each(tested.errors.begin(), tested.errors.end(), form); each != std::sregex_iterator();
         ++each) {
        lines.push_back(replaced((*each)[1].str(), scripts.path().string(), neutral_directory));
    }
    return lines;
}

} // namespace xvrrp::test
