// SPDX-License-Identifier: BSD-2-Clause
//
// Processors that don't sleep (see awake.hpp).
#include "failover/awake.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace xvrrp::failover {

result<descriptor> keep_awake()
{
    constexpr const char* device = "/dev/cpu_dma_latency";
    descriptor opened(::open(device, O_WRONLY | O_CLOEXEC));
    if (!opened) {
        return fail_within("processors can't be kept awake", fail_errno(device, errno).error());
    }
    constexpr std::array<std::int32_t, 1> microseconds{0};
    if (::write(opened.get(), microseconds.data(), sizeof microseconds) != sizeof microseconds) {
        return fail_within("processors can't be kept awake", fail_errno(device, errno).error());
    }
    return opened;
}

} // namespace xvrrp::failover
