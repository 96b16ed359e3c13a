// SPDX-License-Identifier: BSD-2-Clause
//
// One vrrp_script: when it runs, and what its results add up to. Pure; belongs to the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/effective_priority.hpp"
#include "track/spawner_messages.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::track {

/// keepalived's rule: `rise` successes in a row make a script good, `fall` failures in a row bad; its first result does
/// so alone.
class rise_and_fall {
public:
    explicit rise_and_fall(bool bad_from_the_start);

    /// One result; true if the verdict is another now.
    bool count(bool success, std::uint32_t rise, std::uint32_t fall);
    [[nodiscard]] core::script_verdict verdict() const { return verdict_; }

private:
    core::script_verdict verdict_;
    bool first_ = true;
    std::uint32_t against_ = 0; ///< results in a row that contradict the verdict
};

enum class start_decision : std::uint8_t {
    run,
    still_running, ///< this run is left out
    still_ending,  ///< the same; the one before has timed out
};

class script_check {
public:
    /// Due at once.
    script_check(vrrp_script what, time_point now);

    [[nodiscard]] const vrrp_script& settings() const { return settings_; }
    [[nodiscard]] core::script_verdict verdict() const { return counted_.verdict(); }
    [[nodiscard]] time_point next_start() const { return next_start_; }

    /// To be asked at or after next_start().
    [[nodiscard]] start_decision start(time_point now);
    /// After `run` was decided.
    void started(run_id id) { running_ = id; }
    [[nodiscard]] std::optional<run_id> running() const { return running_; }

    struct outcome {
        std::optional<int> now_returning; ///< the exit status, where it isn't the last one
        bool changed = false;             ///< the verdict
    };
    /// `over`: the process is gone. What comes after a run timed out isn't counted.
    outcome take(const run_result& result, bool over, time_point now);

    /// The same script with other settings. False: it is another script, since its command or its account changed, and
    /// what is known of it is worth nothing.
    [[nodiscard]] bool reconfigure(const vrrp_script& what, time_point now);

    struct history {
        std::uint64_t runs = 0, failures = 0, skipped = 0;
        std::optional<run_result> last;
        time_point last_at;
    };
    [[nodiscard]] const history& past() const { return past_; }

private:
    vrrp_script settings_;
    rise_and_fall counted_;
    time_point next_start_;
    std::optional<run_id> running_;
    bool ending_ = false; ///< it timed out
    int last_status_ = 0;
    history past_;
};

} // namespace xvrrp::track
