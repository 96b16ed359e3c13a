// SPDX-License-Identifier: BSD-2-Clause
//
// For tests and fuzzers of core/wire and validate.h: a VRRP message that was changed, with a checksum that is right
// again. Most inputs would get no further than the checksum.
#pragma once

#include <cstdint>
#include <span>

#include "core/checksum.hpp"

namespace xvrrp::test {

/// `message`: 8 bytes or more. `sum`: of the pseudo-header, where there is one.
inline void put_right_sum(std::span<std::uint8_t> message, core::internet_checksum sum = {})
{
    message[6] = message[7] = 0;
    sum.add(message);
    message[6] = static_cast<std::uint8_t>(sum.value() >> 8);
    message[7] = static_cast<std::uint8_t>(sum.value() & 0xff);
}

} // namespace xvrrp::test
