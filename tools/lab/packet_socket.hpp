// SPDX-License-Identifier: BSD-2-Clause
//
// An AF_PACKET socket on one interface of a namespace.
#pragma once

#include <string>

#include "lab/file_descriptor.hpp"
#include "lab/namespace.hpp"

namespace xvrrp::lab {

enum class packet_use {
    send,         ///< frames as they are, past the queueing discipline; receives nothing
    receive_all,  ///< whatever arrives on the interface, addressed to us or not; not what leaves by it
    receive_ipv4, ///< what arrives for us, without its Ethernet header
    receive_ipv6,
};

/// Receiving ones stamp in the kernel (SO_TIMESTAMPNS) and have room for a burst of several thousand frames.
result<file_descriptor> open_packet_socket(const net_namespace& place, const std::string& interface, packet_use use);

/// On all interfaces of the caller's own network namespace at once; `use` is a receiving one.
result<file_descriptor> open_packet_socket_here(packet_use use);

} // namespace xvrrp::lab
