// SPDX-License-Identifier: BSD-2-Clause
//
// Makes what the data path discarded visible without letting a flood fill the log: at most a line per interface, reason
// and minute. Belongs to the loop's thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "datapath/datapath.hpp"
#include "plan/facts.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

class drop_log {
public:
    /// The lines that are due, given the counters as they stand now.
    std::vector<std::string> due(std::span<const datapath::drop_counters> drops, const plan::facts& known,
                                 time_point now);

private:
    struct said {
        std::uint64_t count = 0;
        time_point when;
    };
    std::map<std::pair<interface_index, xvrrp_drop_reason>, said> said_;
};

} // namespace xvrrp::runtime
