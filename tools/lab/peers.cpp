// SPDX-License-Identifier: BSD-2-Clause
//
// keepalived and FRR as peers (see peers.hpp).
#include "lab/peers.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "lab/segment.hpp"

namespace xvrrp::lab {
namespace {

using namespace std::chrono_literals;

constexpr auto start_limit = 10s;
constexpr auto stop_limit = 10s;
constexpr const char* keepalived_file = "keepalived.conf";

/// All words that follow `before`, up to `after`, in a log, oldest first.
std::vector<std::string> words_between(const std::string& log, const std::string& before, const std::string& after)
{
    std::vector<std::string> words;
    for (auto at = log.find(before); at != std::string::npos; at = log.find(before, at + 1)) {
        const auto start = at + before.size();
        const auto end = log.find(after, start);
        if (end == std::string::npos) {
            break;
        }
        words.push_back(log.substr(start, end - start));
    }
    return words;
}

result<void> terminate(process& daemon, const char* name)
{
    if (auto sent = daemon.signal(SIGTERM); !sent) {
        return fail_within(name, sent.error());
    }
    if (!daemon.wait(stop_limit)) {
        return fail(fmt::format("{} doesn't end after SIGTERM", name));
    }
    return {};
}

result<process> start_frr_daemon(const net_namespace& place, const std::filesystem::path& files,
                                 const std::string& name)
{
    const auto directory = files.string();
    auto daemon = place.start({"/usr/lib/frr/" + name, "-f", fmt::format("{}/{}.conf", directory, name), "-i",
                               fmt::format("{}/{}.pid", directory, name), "-z", directory + "/zserv.api",
                               "--vty_socket", directory, "-P", "0", "--log", "stdout"});
    if (daemon && !daemon->wait_for_output(name + " [0-9.]+ starting", start_limit)) {
        return fail(fmt::format("{} doesn't start: {}", name, daemon->output()));
    }
    return daemon;
}

/// The user that FRR's daemons change to has to own their files.
result<void> give_to_frr(const std::filesystem::path& directory)
{
    const passwd* user = getpwnam("frr");
    if (user == nullptr) {
        return fail("there is no user frr: is the package frr installed?");
    }
    std::vector<std::filesystem::path> all{directory};
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        all.push_back(entry.path());
    }
    for (const auto& path : all) {
        if (chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) {
            return fail_errno(path.string(), errno);
        }
    }
    return {};
}

/// RFC 9568 7.3: 00-00-5E-00-01-{VRID} for IPv4, 00-00-5E-00-02-{VRID} for IPv6.
result<void> add_macvlan(const net_namespace& place, const frr_router& router, address_family family)
{
    const bool ipv4 = family == address_family::ipv4;
    const auto& addresses = ipv4 ? router.ipv4 : router.ipv6;
    if (addresses.empty()) {
        return {};
    }
    // The address stays on the macvlan that vrrpd takes down while Backup: without this the kernel would go on
    // answering for it by the interface below.
    for (const auto& [file, value] : {std::pair("arp_ignore", "1"), std::pair("arp_announce", "2")}) {
        if (auto set = place.set_sysctl(fmt::format("net/ipv4/conf/{}/{}", host_interface, file), value); !set) {
            return set;
        }
    }
    const auto name = fmt::format("vrrp{}-{}", ipv4 ? 4 : 6, router.vrid);
    // Of an earlier run; there mostly is none.
    [[maybe_unused]] const auto removed = place.ip("link del " + name);
    // vrrpd sends IPv6 adverts from the link-local address that the macvlan makes of its MAC.
    std::vector<std::string> lines{
        fmt::format("link add {} link {} address 00:00:5e:00:{:02x}:{:02x} type macvlan mode bridge", name,
                    host_interface, ipv4 ? 1 : 2, router.vrid),
        fmt::format("link set {} addrgenmode {}", name, ipv4 ? "none" : "eui64")};
    for (const auto& address : addresses) {
        lines.push_back(ipv4 ? fmt::format("addr add {}/24 dev {}", address, name)
                             : fmt::format("addr add {}/64 dev {} nodad", address, name));
    }
    lines.push_back(fmt::format("link set {} up", name));
    return place.ip_batch(lines);
}

std::string vrrpd_configuration(const frr_router& router)
{
    std::string text = fmt::format("interface {0}\n vrrp {1} version 3\n vrrp {1} priority {2}\n"
                                   " vrrp {1} advertisement-interval {3}\n",
                                   host_interface, router.vrid, router.priority, router.interval.count());
    for (const auto& address : router.ipv4) {
        text += fmt::format(" vrrp {} ip {}\n", router.vrid, address);
    }
    for (const auto& address : router.ipv6) {
        text += fmt::format(" vrrp {} ipv6 {}\n", router.vrid, address);
    }
    return text;
}

} // namespace

result<keepalived> keepalived::start(const net_namespace& place, const std::string& configuration)
{
    auto files = scratch_directory::create("keepalived");
    if (!files) {
        return std::unexpected(files.error());
    }
    const auto file = files->write(keepalived_file, configuration);
    if (!file) {
        return std::unexpected(file.error());
    }
    const auto directory = files->path().string();
    auto daemon = place.start({"keepalived", "-n", "-l", "-D", "-P", "-G", "-f", file->string(), "-p",
                               directory + "/parent.pid", "-r", directory + "/vrrp.pid"});
    if (!daemon) {
        return fail_within("is the package keepalived installed?", daemon.error());
    }
    if (!daemon->wait_for_output("Startup complete", start_limit)) {
        return fail("keepalived doesn't start: " + daemon->output());
    }
    return keepalived(std::move(*files), std::move(*daemon));
}

std::string keepalived::state(const std::string& instance) const
{
    const auto states = words_between(log(), fmt::format("({}) Entering ", instance), " STATE");
    return states.empty() ? "" : states.back();
}

unsigned keepalived::transitions(const std::string& instance) const
{
    return static_cast<unsigned>(words_between(log(), fmt::format("({}) Entering ", instance), " STATE").size());
}

result<void> keepalived::write_configuration(const std::string& configuration) const
{
    if (auto written = files_.write(keepalived_file, configuration); !written) {
        return std::unexpected(written.error());
    }
    return {};
}

result<void> keepalived::stop()
{
    return terminate(daemon_, "keepalived");
}

result<frr> frr::start(const net_namespace& place, const frr_router& router)
{
    for (const auto family : {address_family::ipv4, address_family::ipv6}) {
        if (auto added = add_macvlan(place, router, family); !added) {
            return std::unexpected(added.error());
        }
    }
    auto files = scratch_directory::create("frr");
    if (!files) {
        return std::unexpected(files.error());
    }
    for (const auto& [name, text] :
         {std::pair("zebra.conf", std::string()), std::pair("vrrpd.conf", vrrpd_configuration(router))}) {
        if (const auto written = files->write(name, text); !written) {
            return std::unexpected(written.error());
        }
    }
    if (auto given = give_to_frr(files->path()); !given) {
        return std::unexpected(given.error());
    }
    auto zebra = start_frr_daemon(place, files->path(), "zebra");
    if (!zebra) {
        return std::unexpected(zebra.error());
    }
    auto vrrpd = start_frr_daemon(place, files->path(), "vrrpd");
    if (!vrrpd) {
        return std::unexpected(vrrpd.error());
    }
    return frr(std::move(*files), std::move(*zebra), std::move(*vrrpd));
}

std::string frr::state(address_family family) const
{
    // "[VRID 5] [IPv4] Backup -> Master"
    const std::string mark = family == address_family::ipv4 ? "[IPv4] " : "[IPv6] ";
    std::string last;
    std::istringstream lines(log());
    for (std::string line; std::getline(lines, line);) {
        const auto arrow = line.find(" -> ");
        if (arrow != std::string::npos && line.find(mark) != std::string::npos) {
            last = line.substr(arrow + 4);
        }
    }
    return last;
}

result<void> frr::stop()
{
    if (auto ended = terminate(vrrpd_, "vrrpd"); !ended) {
        return ended;
    }
    return terminate(zebra_, "zebra");
}

void frr::kill()
{
    vrrpd_.kill();
    zebra_.kill();
}

} // namespace xvrrp::lab
