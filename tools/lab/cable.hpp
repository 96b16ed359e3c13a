// SPDX-License-Identifier: BSD-2-Clause
//
// A cable that a thread of its own carries from one interface to another, so that it can hold frames back: the only way
// here to imitate a host whose processor is taken away, because XDP on a veth runs on the sender's. It adds the time of
// two wake-ups to each round trip. Any thread.
#pragma once

#include <memory>
#include <string>

#include "lab/namespace.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::lab {

class cable {
public:
    /// Between two interfaces of a namespace that are up, and that nothing else forwards from or to.
    static result<cable> splice(const net_namespace& place, const std::string& host_end, const std::string& switch_end);
    cable(cable&&) noexcept;
    cable& operator=(cable&&) noexcept;
    ~cable(); ///< what is held back is lost

    /// What comes from the host is kept for so long from now on, then delivered at once and in order. What goes to the
    /// host isn't.
    void hold(duration length);

private:
    struct state;
    explicit cable(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_;
};

} // namespace xvrrp::lab
