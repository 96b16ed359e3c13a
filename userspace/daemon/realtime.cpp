// SPDX-License-Identifier: BSD-2-Clause
//
// sched_setscheduler and mlockall, where the system lets us.
#include "daemon/realtime.hpp"

#include <linux/capability.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/ranges.h>

#include "xvrrp/result.hpp"

namespace xvrrp::daemon {
namespace {

bool has_capability(unsigned capability)
{
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) {
        return false;
    }
    return (sets.at(CAP_TO_INDEX(capability)).effective & CAP_TO_MASK(capability)) != 0;
}

result<void> schedule_ahead(int fifo_priority)
{
    sched_param parameters{};
    parameters.sched_priority = fifo_priority;
    if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) != 0) {
        return fail("SCHED_FIFO refused (" + std::string(std::strerror(errno)) +
                    "), using normal scheduling: busy CPUs may delay adverts");
    }
    return {};
}

/// Under a limit MCL_FUTURE is a trap: it may succeed now and let a later allocation fail, so it isn't asked for.
result<void> lock_memory()
{
    rlimit limit{};
    const bool unlimited = ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
    if (!unlimited && !has_capability(CAP_IPC_LOCK)) {
        return fail("memory not locked (no CAP_IPC_LOCK): swapping may delay adverts");
    }
    if (::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) != 0) {
        return fail("memory not locked (" + std::string(std::strerror(errno)) + "): swapping may delay adverts");
    }
    return {};
}

bool is_fifo(int policy)
{
    return (policy & ~SCHED_RESET_ON_FORK) == SCHED_FIFO;
}

} // namespace

std::vector<std::string> request_realtime(int fifo_priority)
{
    std::vector<std::string> refused;
    for (const auto& outcome : {schedule_ahead(fifo_priority), lock_memory()}) {
        if (!outcome) {
            refused.push_back(outcome.error().what);
        }
    }
    return refused;
}

std::vector<std::string> place_process(const process_settings& wanted)
{
    std::vector<std::string> refused;
    if (wanted.nice && ::setpriority(PRIO_PROCESS, 0, *wanted.nice) != 0) {
        refused.push_back(fmt::format("vrrp_priority {} refused: {}", *wanted.nice, std::strerror(errno)));
    }
    if (wanted.cpus.empty()) {
        return refused;
    }
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    for (const unsigned each : wanted.cpus) {
        CPU_SET(each, &cpus);
    }
    if (::sched_setaffinity(0, sizeof cpus, &cpus) != 0) {
        refused.push_back(fmt::format("vrrp_cpu_affinity {} refused ({}): all CPUs are used",
                                      fmt::join(wanted.cpus, " "), std::strerror(errno)));
    }
    return refused;
}

ordinary_scheduling::ordinary_scheduling() : policy_(::sched_getscheduler(0))
{
    constexpr sched_param none{};
    // The kernel clears no flag for a thread without CAP_SYS_NICE.
    if (is_fifo(policy_) && ::sched_getparam(0, &parameters_) == 0) {
        ::sched_setscheduler(0, SCHED_OTHER | (policy_ & SCHED_RESET_ON_FORK), &none);
    }
}

ordinary_scheduling::~ordinary_scheduling()
{
    if (is_fifo(policy_)) {
        ::sched_setscheduler(0, policy_, &parameters_);
    }
}

} // namespace xvrrp::daemon
