// SPDX-License-Identifier: BSD-2-Clause
//
// Names of a trial's parts (see trial.hpp).
#include "failover/trial.hpp"

namespace xvrrp::failover {

const char* name_of(stage which)
{
    static constexpr std::array<const char*, stage_count> names{"detection",  "decision",  "addresses",   "advert",
                                                                "first GARP", "last GARP", "first answer"};
    return names.at(static_cast<std::size_t>(which));
}

} // namespace xvrrp::failover
