// SPDX-License-Identifier: BSD-2-Clause
//
// RTM_NEWADDR and RTM_DELADDR requests as bytes (rtnetlink(7), linux/if_addr.h).
#include "net/address_message.hpp"

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "xvrrp/abi.h"

namespace xvrrp::net {

namespace {

class writer {
public:
    explicit writer(std::span<std::uint8_t> room) : room_(room) {}

    template <class Struct> void header(const Struct& value) { append(&value, sizeof value); }
    void attribute(std::uint16_t type, const void* data, std::size_t bytes)
    {
        const rtattr header{.rta_len = static_cast<unsigned short>(RTA_LENGTH(bytes)), .rta_type = type};
        append(&header, sizeof header);
        append(data, bytes);
    }
    template <class Value> void attribute(std::uint16_t type, const Value& value)
    {
        attribute(type, &value, sizeof value);
    }
    [[nodiscard]] std::size_t used() const { return used_; }

private:
    void append(const void* data, std::size_t bytes)
    {
        const std::size_t padded = NLMSG_ALIGN(bytes);
        const std::span<std::uint8_t> place = room_.subspan(used_, padded);
        std::memcpy(place.data(), data, bytes);
        std::fill(place.begin() + static_cast<std::ptrdiff_t>(bytes), place.end(), std::uint8_t{0});
        used_ += padded;
    }

    std::span<std::uint8_t> room_;
    std::size_t used_ = 0;
};

std::uint16_t flags_of(const address_message& message)
{
    unsigned flags = NLM_F_REQUEST;
    if (message.change == address_change::add) {
        // Never replace: that would put our mark on an address of the host's own.
        flags |= NLM_F_CREATE | NLM_F_EXCL;
    }
    if (message.acknowledge) {
        flags |= NLM_F_ACK;
    }
    return static_cast<std::uint16_t>(flags);
}

void write_label(writer& out, const std::string& label)
{
    if (!label.empty()) {
        out.attribute(IFA_LABEL, label.c_str(), std::min(label.size() + 1, std::size_t{IFNAMSIZ}));
    }
}

/// A virtual address is used at once, so without duplicate address detection unless it is asked for: the router that
/// had it may still answer.
std::uint32_t kernel_flags(const address_request& address)
{
    const address_flags& wanted = address.flags;
    std::uint32_t flags = 0;
    flags |= wanted.noprefixroute ? IFA_F_NOPREFIXROUTE : 0U;
    flags |= wanted.autojoin ? IFA_F_MCAUTOJOIN : 0U;
    if (address.ip.family() == address_family::ipv6) {
        flags |= wanted.dad ? 0U : IFA_F_NODAD;
        flags |= wanted.home ? IFA_F_HOMEADDRESS : 0U;
        flags |= wanted.mngtmpaddr ? IFA_F_MANAGETEMPADDR : 0U;
    }
    return flags;
}

/// Valid for ever, whatever it is preferred for.
void write_lifetime(writer& out, std::chrono::seconds preferred)
{
    constexpr std::uint32_t forever = 0xffffffff;
    out.attribute(IFA_CACHEINFO, ifa_cacheinfo{.ifa_prefered = static_cast<std::uint32_t>(preferred.count()),
                                               .ifa_valid = forever,
                                               .cstamp = 0,
                                               .tstamp = 0});
}

void write_details(writer& out, const address_message& message, const address_request& address)
{
    if (const std::uint32_t flags = kernel_flags(address); flags != 0) {
        out.attribute(IFA_FLAGS, flags);
    }
    if (address.ip.family() == address_family::ipv6) {
        if (address.preferred_lifetime) {
            write_lifetime(out, *address.preferred_lifetime);
        }
    } else {
        write_label(out, address.label);
        if (address.broadcast && address.broadcast->family() == address_family::ipv4) {
            out.attribute(IFA_BROADCAST, address.broadcast->bytes().data(), address.broadcast->bytes().size());
        }
    }
    if (message.mark) {
        out.attribute(IFA_PROTO, std::uint8_t{XVRRP_IFA_PROTO});
    }
}

} // namespace

std::size_t write_address_message(const address_message& message, const address_request& address,
                                  std::span<std::uint8_t> room)
{
    writer out(room);
    const bool adding = message.change == address_change::add;
    out.header(nlmsghdr{.nlmsg_len = 0,
                        .nlmsg_type = static_cast<std::uint16_t>(adding ? RTM_NEWADDR : RTM_DELADDR),
                        .nlmsg_flags = flags_of(message),
                        .nlmsg_seq = message.sequence,
                        .nlmsg_pid = 0});
    const bool ipv4 = address.ip.family() == address_family::ipv4;
    out.header(ifaddrmsg{.ifa_family = static_cast<std::uint8_t>(ipv4 ? AF_INET : AF_INET6),
                         .ifa_prefixlen = address.prefix_length,
                         .ifa_flags = 0,
                         .ifa_scope = static_cast<std::uint8_t>(address.scope),
                         .ifa_index = address.interface.value});
    // A removal names the other end too: the kernel looks for its subnet.
    const ip_address other_end = address.peer.value_or(address.ip);
    out.attribute(IFA_LOCAL, address.ip.bytes().data(), address.ip.bytes().size());
    out.attribute(IFA_ADDRESS, other_end.bytes().data(), other_end.bytes().size());
    if (adding) {
        write_details(out, message, address);
    }
    const auto length = static_cast<std::uint32_t>(out.used());
    std::memcpy(room.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
    return out.used();
}

} // namespace xvrrp::net
