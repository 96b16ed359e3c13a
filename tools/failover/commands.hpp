// SPDX-License-Identifier: BSD-2-Clause
//
// The commands of xvrrp-failover. Each prints as it goes and returns the exit status.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "failover/experiment.hpp"
#include "failover/idle.hpp"
#include "failover/interruption.hpp"
#include "failover/trial.hpp"

namespace xvrrp::failover {

/// Documented in xvrrp-failover(1).
enum class exit_status : int {
    done = 0,
    failed = 1, ///< something couldn't be run or written; what was measured before is printed
    usage = 2,
    outages = 3, ///< probe: the address didn't always answer
    interrupted = 130,
};

/// Empty: not wanted.
struct output_files {
    std::string csv, json, plot;
};

struct run_request {
    std::vector<series> plan; ///< without trials
    conditions how;
    output_files files;
};

exit_status run(run_request request, const interruption& interrupted);

struct idle_request {
    setting contender;
    disturbance what;
    conditions how;
};
exit_status idle(idle_request request, const interruption& interrupted);

struct probe_request {
    std::string address;
    double rate = 1000;
    duration length = std::chrono::seconds(60);
    duration least = std::chrono::milliseconds(10); ///< shorter times without an answer aren't outages
};
exit_status probe(const probe_request& request, const interruption& interrupted);

struct comparison_request {
    std::string xdp_mode;
    double probe_rate = 5000;
    unsigned trials = 20;      ///< of each failure of xvrrp
    unsigned peer_trials = 20; ///< of each failure of keepalived and FRR
    duration idle{0};          ///< of each run in which nothing fails; zero: none
};
/// What the README compares: xvrrp at several detection times, keepalived and FRR, in every way of failing.
[[nodiscard]] std::vector<series> readme_comparison(const comparison_request& request);
/// And where nothing fails; empty if no time is given for it.
[[nodiscard]] std::vector<idle_request> readme_idle_runs(const comparison_request& request, const conditions& how);

} // namespace xvrrp::failover
