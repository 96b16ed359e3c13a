// SPDX-License-Identifier: BSD-2-Clause
//
// A world whose shape and misfortunes follow from a seed, and what must be true once peace has returned.
#pragma once

#include <cstdint>

#include "world.hpp"

namespace xvrrp::sim {

class chaos {
public:
    explicit chaos(std::uint64_t seed);

    /// Some seconds of crashes, freezes, partitions, loss in one direction and both, of adverts, probes or everything,
    /// faults, reloads.
    void rage();
    /// Everything heals; some hosts may stay dead or stopped.
    void make_peace();
    /// Runs for as long as an election may take, then complains unless exactly one host is Active, no host that
    /// preempts has a higher priority, and nothing changes any more.
    void check_peace();

    [[nodiscard]] world& where() { return world_; }

private:
    void populate();
    void equip(host& one);
    void one_ear_deaf();
    void one_misfortune();
    void strike(host& victim, unsigned kind);
    [[nodiscard]] core::router_settings random_settings();
    void reload(host& which);
    [[nodiscard]] duration interval_of_world();
    [[nodiscard]] duration longest_election();
    void expect_one_active();

    world world_;
    vrrp_version version_ = vrrp_version::v3;
    duration interval_{};
    bool intervals_vary_ = false;
    duration longest_interval_{};
    duration longest_delay_{};
};

} // namespace xvrrp::sim
