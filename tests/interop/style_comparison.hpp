// SPDX-License-Identifier: BSD-2-Clause
//
// What keepalived and xvrrpd did with one file, line by line, and what may differ in it. Pure.
#pragma once

#include <string>
#include <vector>

namespace xvrrp::test {

enum class aspect {
    remarks,       ///< of `xvrrpd -t`; the other side is empty
    addresses,     ///< `ip -j addr`, by step
    routes,        ///< `ip route` and `ip rule`, by step: what the kernel didn't make by itself
    adverts,       ///< as they change, by VRID
    announcements, ///< how often each is sent in the first round, by step that brings some and interface
    states,        ///< that the log names, by instance
    priorities,    ///< that the log ends with, by step and instance
    calls          ///< of notify scripts, by step
};
const char* to_string(aspect what);

enum class daemon_kind { keepalived, xvrrpd };

/// A way in which xvrrpd is unlike keepalived.
struct difference {
    aspect seen_in;
    daemon_kind of;
    std::string pattern;     ///< ECMAScript, multiline: what it finds in the lines of that daemon
    std::string replacement; ///< is replaced by this; a line that becomes empty is left out
    std::string reason;
    std::string waits_for{}; ///< empty: intended, and documented
};

struct both_sides {
    std::vector<std::string> keepalived;
    std::vector<std::string> xvrrpd;
    [[nodiscard]] bool equal() const { return keepalived == xvrrpd; }
};

/// What is left to compare when the differences of that aspect are taken out.
both_sides rewritten(const both_sides& seen, aspect what, const std::vector<difference>& differences);

/// The differences of that aspect that aren't there: without one of them, what is left to compare is equal too.
std::vector<difference> stale_differences(const both_sides& seen, aspect what,
                                          const std::vector<difference>& differences);

} // namespace xvrrp::test
