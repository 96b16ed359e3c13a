// SPDX-License-Identifier: BSD-2-Clause
//
// One RTM_GETTFILTER dump.
#include "datapath/tc_filters.hpp"

#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <optional>

#include "xvrrp/descriptor.hpp"

namespace xvrrp::datapath {

namespace {

struct dump_request {
    nlmsghdr header;
    tcmsg filter;
};

dump_request make_request(interface_index interface, tc_hook hook)
{
    dump_request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = RTM_GETTFILTER;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.filter.tcm_family = AF_UNSPEC;
    request.filter.tcm_ifindex = static_cast<int>(interface.value);
    request.filter.tcm_parent = TC_H_MAKE(TC_H_CLSACT, hook == tc_hook::ingress ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS);
    return request;
}

const rtattr* find_attribute(const rtattr* attribute, std::size_t length, unsigned short type)
{
    auto left = static_cast<unsigned int>(length);
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        if ((attribute->rta_type & NLA_TYPE_MASK) == type) {
            return attribute;
        }
    }
    return nullptr;
}

tc_filter read_filter(const nlmsghdr& message)
{
    const auto* about = static_cast<const tcmsg*>(NLMSG_DATA(&message));
    tc_filter filter{
        .handle = about->tcm_handle, .priority = static_cast<std::uint16_t>(about->tcm_info >> 16U), .program = {}};
    const auto* first =
        reinterpret_cast<const rtattr*>(reinterpret_cast<const char*>(about) + NLMSG_ALIGN(sizeof *about));
    const auto* options = find_attribute(first, NLMSG_PAYLOAD(&message, sizeof *about), TCA_OPTIONS);
    if (options != nullptr) {
        const auto* inner = static_cast<const rtattr*>(RTA_DATA(options));
        if (const auto* name = find_attribute(inner, RTA_PAYLOAD(options), TCA_BPF_NAME)) {
            const auto* text = static_cast<const char*>(RTA_DATA(name));
            filter.program.assign(text, ::strnlen(text, RTA_PAYLOAD(name)));
        }
    }
    return filter;
}

/// Adds the filters of one received buffer; an errno (0: fine) once the dump has ended.
std::optional<int> read_buffer(const char* buffer, std::size_t size, std::vector<tc_filter>& found)
{
    auto left = static_cast<unsigned int>(size);
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer); NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
        if (message->nlmsg_type == NLMSG_DONE) {
            return 0;
        }
        if (message->nlmsg_type == NLMSG_ERROR) {
            return -static_cast<const nlmsgerr*>(NLMSG_DATA(message))->error;
        }
        if (message->nlmsg_type == RTM_NEWTFILTER) {
            found.push_back(read_filter(*message));
        }
    }
    return std::nullopt;
}

} // namespace

result<std::vector<tc_filter>> list_tc_filters(interface_index interface, tc_hook hook)
{
    const descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket) {
        return fail_errno("cannot list tc filters", errno);
    }
    const dump_request request = make_request(interface, hook);
    if (::send(socket.get(), &request, sizeof request, 0) < 0) {
        return fail_errno("cannot list tc filters", errno);
    }
    std::vector<tc_filter> found;
    alignas(nlmsghdr) std::array<char, 32768> buffer{};
    while (true) {
        const auto size = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (size < 0) {
            return fail_errno("cannot list tc filters", errno);
        }
        if (const auto ended = read_buffer(buffer.data(), static_cast<std::size_t>(size), found)) {
            if (*ended != 0) {
                return fail_errno("cannot list tc filters", *ended);
            }
            return found;
        }
    }
}

} // namespace xvrrp::datapath
