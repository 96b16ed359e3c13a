// SPDX-License-Identifier: BSD-2-Clause
//
// When a namespace gets an address and when it loses it, as netlink tells. It runs on a thread of its own, whose
// wake-up is what the times are late by.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lab/namespace.hpp"

namespace xvrrp::lab {

struct address_change {
    time_point time;
    bool present = false; ///< from now on
};

class address_watch {
public:
    /// `address`: IPv4, without a prefix length.
    static result<address_watch> start(const net_namespace& place, const std::string& address);
    address_watch(address_watch&&) noexcept;
    address_watch& operator=(address_watch&&) noexcept;
    ~address_watch();

    /// Since the start, in order.
    [[nodiscard]] std::vector<address_change> changes() const;

private:
    struct state;
    explicit address_watch(std::unique_ptr<state> owned);
    std::unique_ptr<state> state_;
};

} // namespace xvrrp::lab
