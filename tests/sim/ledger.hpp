// SPDX-License-Identifier: BSD-2-Clause
//
// What a router's actions add up to on a host (addresses, restraint, whom the kernel takes for the followed router),
// and what must hold after every step. Used by the simulated hosts and by the fuzzer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/router.hpp"

namespace xvrrp::sim {

class ledger {
public:
    using complain = std::function<void(const std::string&)>;

    explicit ledger(complain sink) : complain_(std::move(sink)) {}

    /// `subject` is the router after the step that returned `actions`.
    void record(const std::vector<core::action>& actions, const core::router& subject);
    /// The host lost its power.
    void forget();

    [[nodiscard]] bool holds() const { return holds_; }
    [[nodiscard]] bool fenced() const { return restrained_.fenced; }
    [[nodiscard]] unsigned transitions() const { return transitions_; }
    /// Priorities of the adverts sent since the last call.
    [[nodiscard]] std::vector<priority> take_sent();

private:
    void on(const core::send_advert& what, const core::router& subject);
    void on(const core::claim_addresses& what, const core::router& subject);
    void on(const core::release_addresses& what, const core::router& subject);
    void on(const core::announce& what, const core::router& subject);
    void on(const core::follow& what, const core::router& subject);
    void on(const core::restrain& what, const core::router& subject);
    void on(const core::transition& what, const core::router& subject);
    void on(const core::notice& what, const core::router& subject);
    void check(const core::router& subject) const;
    void expect(bool holds, const char* complaint) const;

    complain complain_;
    bool holds_ = false;
    core::restrain restrained_{.quiet = false, .fenced = false};
    std::optional<ip_address> followed_;
    std::vector<priority> sent_;
    core::state state_ = core::state::initialize;
    unsigned transitions_ = 0;
};

} // namespace xvrrp::sim
