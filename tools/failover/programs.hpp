// SPDX-License-Identifier: BSD-2-Clause
//
// Where the programs are that the experiment runs.
#pragma once

#include <filesystem>

#include "failover/setting.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::failover {

/// xvrrpd: `wanted` unless empty, else the one beside this program, or in ../sbin from it, or in PATH.
result<std::filesystem::path> find_xvrrpd(const std::filesystem::path& wanted);

/// Whether what a daemon needs is installed, before a namespace is made; and root.
result<void> check_installed(daemon_kind daemon);

} // namespace xvrrp::failover
