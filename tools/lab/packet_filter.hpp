// SPDX-License-Identifier: BSD-2-Clause
//
// Classic BPF on packet sockets: what isn't wanted doesn't wake its reader.
#pragma once

#include "lab/file_descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::lab {

/// For a socket that receives whole frames: VRRP, ARP, Neighbor Solicitations and Advertisements.
result<void> keep_vrrp_and_claims(const file_descriptor& socket);

/// For a socket that receives IP packets of the family: ICMP echo replies, those of IPv6 without extension headers.
result<void> keep_echo_replies(const file_descriptor& socket, address_family family);

} // namespace xvrrp::lab
