// SPDX-License-Identifier: BSD-2-Clause
//
// The file in which a run leaves word of the addresses that it may add, for the run after a crash (kernels without
// IFA_PROTO). Read once at start, written at start and on reload, on the loop's thread.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "plan/leftovers.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

/// Empty if there is none.
[[nodiscard]] std::vector<plan::recorded_address> read_leftover_record(const std::filesystem::path& file);
/// Replaces the file at once: a crash leaves the old one or the new one.
result<void> write_leftover_record(const std::filesystem::path& file, std::span<const plan::recorded_address> record);
void remove_leftover_record(const std::filesystem::path& file);

/// uname(2): whether addresses carry IFA_PROTO.
[[nodiscard]] bool kernel_keeps_address_protocol();

} // namespace xvrrp::runtime
