// SPDX-License-Identifier: BSD-2-Clause
//
// Keeps what the supervisor would need (publication.hpp) in step with the routers, and writes it only when something of
// it changed. Used by the controller, on the loop's thread.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "runtime/instance.hpp"
#include "runtime/publication.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

class publisher {
public:
    /// nullptr: nobody reads it, and nothing is written. Not owned.
    explicit publisher(publication* where) : where_(where) {}

    /// The router was carried through an event; before it is destroyed, it has given up its VIPs.
    void note(const instance& who);
    /// Writes all that is to be known of the routers, if a note() since the last time told of a change. A failure is
    /// reported and not tried again before the next change.
    result<void> publish(const std::vector<std::unique_ptr<instance>>& routers);

private:
    /// What of a router was published.
    struct published {
        bool active = false;
        unsigned adverts = 0;
        unsigned addresses = 0;
        friend bool operator==(const published&, const published&) = default;
    };

    publication* where_;
    std::map<const instance*, published> known_; ///< of those whose VIPs are in place
    bool changed_ = true;
};

} // namespace xvrrp::runtime
