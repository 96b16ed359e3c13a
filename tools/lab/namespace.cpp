// SPDX-License-Identifier: BSD-2-Clause
//
// Network namespaces (see namespace.hpp), by way of iproute2, whose commands can be repeated by hand.
#include "lab/namespace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

namespace xvrrp::lab {
namespace {

constexpr std::string_view name_prefix = "xvrrp-";

std::vector<std::string> split(std::string_view words)
{
    std::istringstream stream{std::string(words)};
    std::vector<std::string> result;
    for (std::string word; stream >> word;) {
        result.push_back(word);
    }
    return result;
}

result<void> checked(const result<std::string>& output)
{
    if (!output) {
        return std::unexpected(output.error());
    }
    return {};
}

void kill_processes_in(const std::string& net_namespace)
{
    const auto pids = exec_checked({"ip", "netns", "pids", net_namespace});
    std::istringstream stream(pids.value_or(""));
    for (pid_t pid = 0; stream >> pid;) {
        kill(pid, SIGKILL);
    }
}

} // namespace

result<void> detail::enter(int net_namespace)
{
    if (setns(net_namespace, CLONE_NEWNET) != 0) {
        return fail_errno("can't enter the network namespace", errno);
    }
    return {};
}

std::string unique_name(std::string_view role)
{
    static std::atomic<unsigned> counter = 0;
    return fmt::format("{}{}-{}-{}", name_prefix, getpid(), ++counter, role);
}

bool is_stale_name(std::string_view name)
{
    if (!name.starts_with(name_prefix)) {
        return false;
    }
    name.remove_prefix(name_prefix.size());
    pid_t maker = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), maker);
    const bool ours = problem == std::errc() && end != name.data() + name.size() && *end == '-' && maker > 0;
    return ours && kill(maker, 0) != 0 && errno == ESRCH;
}

void sweep_stale_namespaces()
{
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/run/netns", ignored)) {
        const std::string name = entry.path().filename();
        if (is_stale_name(name)) {
            kill_processes_in(name);
            // Another process may be sweeping the same ones: who comes second fails, and that is fine.
            [[maybe_unused]] const auto removed = lab::exec({"ip", "netns", "del", name});
        }
    }
}

result<net_namespace> net_namespace::create(std::string_view role)
{
    static std::once_flag swept;
    std::call_once(swept, sweep_stale_namespaces);
    net_namespace made;
    const std::string name = unique_name(role);
    if (auto added = exec_checked({"ip", "netns", "add", name}); !added) {
        return fail_within("no network namespace (root needed)", added.error());
    }
    made.name_ = name;
    made.descriptor_ = file_descriptor(open(made.path().c_str(), O_RDONLY | O_CLOEXEC));
    if (!made.descriptor_) {
        return fail_errno(made.path(), errno);
    }
    if (auto up = made.ip("link set lo up"); !up) {
        return std::unexpected(up.error());
    }
    return made;
}

net_namespace::net_namespace(net_namespace&& other) noexcept
    : name_(std::exchange(other.name_, {})), descriptor_(std::move(other.descriptor_))
{
}

net_namespace& net_namespace::operator=(net_namespace&& other) noexcept
{
    std::swap(name_, other.name_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

net_namespace::~net_namespace()
{
    if (!name_.empty()) {
        [[maybe_unused]] const auto removed = lab::exec({"ip", "netns", "del", name_});
    }
}

result<exec_result> net_namespace::exec(const std::vector<std::string>& argv,
                                        std::chrono::steady_clock::duration timeout) const
{
    return lab::exec(argv, {.net_namespace = descriptor()}, timeout);
}

result<process> net_namespace::start(const std::vector<std::string>& argv, process_options options) const
{
    options.net_namespace = descriptor();
    return process::start(argv, options);
}

result<std::string> net_namespace::ip(std::string_view words) const
{
    std::vector<std::string> argv{"ip", "-n", name_};
    std::ranges::copy(split(words), std::back_inserter(argv));
    return exec_checked(argv);
}

result<void> net_namespace::ip_batch(const std::vector<std::string>& lines) const
{
    const file_descriptor script(memfd_create("ip-batch", 0));
    for (const auto& line : lines) {
        if (dprintf(script.get(), "%s\n", line.c_str()) < 0) {
            return fail_errno("ip -batch", errno);
        }
    }
    return checked(exec_checked({"ip", "-n", name_, "-batch", fmt::format("/proc/{}/fd/{}", getpid(), script.get())}));
}

result<void> net_namespace::set_sysctl(const std::string& file, const std::string& value) const
{
    return run([&]() -> result<void> {
        std::ofstream stream("/proc/sys/" + file);
        stream << value << std::flush;
        if (!stream) {
            return fail_errno("/proc/sys/" + file, errno);
        }
        return {};
    });
}

result<void> net_namespace::add_bridge(const std::string& bridge) const
{
    return ip_batch({fmt::format("link add {} type bridge stp_state 0 mcast_snooping 0 forward_delay 0", bridge),
                     fmt::format("link set {} up", bridge)});
}

result<interface_index> net_namespace::index_of(const std::string& interface) const
{
    return run([&]() -> result<interface_index> {
        const unsigned index = if_nametoindex(interface.c_str());
        if (index == 0) {
            return fail_errno(interface, errno);
        }
        return interface_index{index};
    });
}

result<mac_address> net_namespace::mac_of(const std::string& interface) const
{
    return run([&]() -> result<mac_address> {
        const file_descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        ifreq request{};
        interface.copy(request.ifr_name, IFNAMSIZ - 1);
        if (ioctl(socket.get(), SIOCGIFHWADDR, &request) != 0) {
            return fail_errno(interface, errno);
        }
        mac_address mac;
        std::memcpy(mac.bytes.data(), request.ifr_hwaddr.sa_data, mac.bytes.size());
        return mac;
    });
}

bool net_namespace::has_address(const std::string& address) const
{
    const auto found = ip("-o addr show to " + address);
    return found && !found->empty();
}

result<std::vector<std::string>> net_namespace::addresses_of(const std::string& interface) const
{
    auto output = ip("-o addr show dev " + interface);
    if (!output) {
        return std::unexpected(output.error());
    }
    std::vector<std::string> addresses;
    std::istringstream lines(*output);
    for (std::string line; std::getline(lines, line);) {
        // "2: eth0    inet 10.0.0.1/24 scope …"
        if (const auto words = split(line); words.size() > 3) {
            addresses.push_back(words[3]);
        }
    }
    return addresses;
}

result<void> add_veth(const net_namespace& first, const std::string& first_name, const net_namespace& second,
                      const std::string& second_name)
{
    auto added = first.ip_batch(
        {fmt::format("link add {} type veth peer name {} netns {}", first_name, second_name, second.name()),
         fmt::format("link set {} up", first_name)});
    if (!added) {
        return added;
    }
    return checked(second.ip(fmt::format("link set {} up", second_name)));
}

} // namespace xvrrp::lab
