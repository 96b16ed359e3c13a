// SPDX-License-Identifier: BSD-2-Clause
//
// An XDP program that passes everything on. At one end of a veth pair it makes native XDP at the other end behave as it
// does on a real NIC: frames that the other end sends by XDP_TX arrive (without it veth loses them silently).
#pragma once

#include <string>

#include "lab/file_descriptor.hpp"
#include "lab/namespace.hpp"

namespace xvrrp::lab {

/// Attaches it natively; it is gone when the descriptor (of the BPF link) closes.
result<file_descriptor> attach_xdp_pass(const net_namespace& place, const std::string& interface);

} // namespace xvrrp::lab
