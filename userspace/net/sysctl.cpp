// SPDX-License-Identifier: BSD-2-Clause
//
// Settings of the kernel, per interface: files with a number in them.
#include "net/sysctl.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "xvrrp/descriptor.hpp"

namespace xvrrp::net {

namespace {

struct setting {
    std::string_view family;
    std::string_view interface;
    std::string_view name;

    [[nodiscard]] std::string joined(std::string_view start, char separator) const
    {
        std::string text(start);
        for (const std::string_view part : {family, std::string_view("conf"), interface, name}) {
            text += separator;
            text += part;
        }
        return text;
    }
    [[nodiscard]] std::string path() const { return joined("/proc/sys/net", '/'); }
    [[nodiscard]] std::string text() const { return joined("net", '.'); }
};

result<bool> is_set(const setting& which)
{
    const descriptor file(::open(which.path().c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 16> content{};
    if (!file || ::read(file.get(), content.data(), content.size()) < 1) {
        return fail_errno(which.text(), errno);
    }
    return content.front() != '0';
}

result<void> set(const setting& which)
{
    const descriptor file(::open(which.path().c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), "1", 1) != 1) {
        return fail_errno("cannot set " + which.text() + " to 1", errno);
    }
    return {};
}

constexpr std::string_view secondaries = "promote_secondaries";

} // namespace

result<bool> promotes_secondaries(const std::string& interface)
{
    const auto for_all = is_set({.family = "ipv4", .interface = "all", .name = secondaries});
    if (for_all && *for_all) {
        return true;
    }
    return is_set({.family = "ipv4", .interface = interface, .name = secondaries});
}

result<bool> promote_secondaries(const std::string& interface)
{
    const auto already = promotes_secondaries(interface);
    if (!already) {
        return already;
    }
    if (*already) {
        return false;
    }
    if (const auto done = set({.family = "ipv4", .interface = interface, .name = secondaries}); !done) {
        return std::unexpected(done.error());
    }
    return true;
}

result<bool> forwards_ipv6(const std::string& interface)
{
    return is_set({.family = "ipv6", .interface = interface, .name = "forwarding"});
}

result<bool> set_local_igmp_reports(bool wanted)
{
    constexpr const char* path = "/proc/sys/net/ipv4/igmp_link_local_mcast_reports";
    const descriptor file(::open(path, O_RDWR | O_CLOEXEC));
    std::array<char, 16> content{};
    if (!file || ::pread(file.get(), content.data(), content.size(), 0) < 1 ||
        ::pwrite(file.get(), wanted ? "1" : "0", 1, 0) != 1) {
        return fail_errno("cannot set net.ipv4.igmp_link_local_mcast_reports", errno);
    }
    return content.front() != '0';
}

} // namespace xvrrp::net
