// SPDX-License-Identifier: BSD-2-Clause
//
// Writes one announcement into a buffer: what announce.hpp gives as a vector, without allocating. Used by announcer.
// Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "net/announce.hpp"

namespace xvrrp::net {

inline constexpr std::size_t arp_frame_bytes = 42;
inline constexpr std::size_t advertisement_frame_bytes = 86;

using announcement_room = std::array<std::uint8_t, advertisement_frame_bytes>;

/// Gives the frame's length: arp_frame_bytes or advertisement_frame_bytes.
std::size_t write_announcement(const announcement& what, announcement_room& room);

} // namespace xvrrp::net
