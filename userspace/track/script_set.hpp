// SPDX-License-Identifier: BSD-2-Clause
//
// All scripts of the configuration: starts what is due, by way of the spawner, and collects what came of it. Never
// waits. Kept by the controller, on the loop's thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "track/script_check.hpp"
#include "track/spawner_link.hpp"
#include "xvrrp/config.hpp"

namespace xvrrp::track {

/// Something to be logged, and where the verdict changed to be acted on.
struct script_news {
    enum class kind : std::uint8_t { now_returning, verdict, skipped_running, skipped_ending };
    std::string script;
    kind what = kind::verdict;
    run_result result; ///< that it comes from; nothing where a run was left out
};

using script_verdicts = std::map<std::string, core::script_verdict, std::less<>>;

class script_set {
public:
    /// Scripts that didn't change go on undisturbed, with what is known of them; the runs of those that are gone, or
    /// have another command, are ended.
    void configure(std::span<const vrrp_script> wanted, spawner_link& spawner, time_point now);

    /// When the next run starts; none: there are no scripts.
    [[nodiscard]] std::optional<time_point> next_deadline() const;
    [[nodiscard]] std::vector<script_news> start_due(spawner_link& spawner, time_point now);
    /// What the spawner told of a run; nothing if it is no script's.
    [[nodiscard]] std::vector<script_news> take(const spawner_link::news& news, time_point now);

    [[nodiscard]] const script_verdicts& verdicts() const { return verdicts_; }
    /// In the order of the configuration.
    [[nodiscard]] const std::vector<script_check>& checks() const { return checks_; }

private:
    std::vector<script_check> checks_;
    script_verdicts verdicts_;
};

} // namespace xvrrp::track
