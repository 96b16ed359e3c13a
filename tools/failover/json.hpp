// SPDX-License-Identifier: BSD-2-Clause
//
// All of an experiment as one JSON document: each series with its settings, its figures and its trials. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "failover/trial.hpp"

namespace xvrrp::failover {

/// About the machine and the run.
struct run_facts {
    std::string version; ///< of xvrrp-failover
    std::string started; ///< UTC
    std::string kernel;
    unsigned processors = 0;
    double stall_limit_ms = 0;
    bool awake = false; ///< processors were kept from sleeping
};

[[nodiscard]] nlohmann::ordered_json to_json(const run_facts& facts, const std::vector<series>& all);

} // namespace xvrrp::failover
