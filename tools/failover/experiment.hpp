// SPDX-License-Identifier: BSD-2-Clause
//
// The laboratory: routers of one contender and a client on one LAN, and one failure of the Active router after the
// other. Everything is gone with the object. One thread; the client, the capture and the watchers have their own.
#pragma once

#include <filesystem>
#include <memory>
#include <random>
#include <vector>

#include "failover/judge.hpp"
#include "failover/router.hpp"
#include "failover/setting.hpp"
#include "failover/stall_watch.hpp"
#include "failover/trial.hpp"
#include "lab/capture.hpp"
#include "lab/probe.hpp"
#include "lab/segment.hpp"

namespace xvrrp::failover {

struct conditions {
    double probe_rate = 5000;                            ///< the client's, probes a second
    duration stall_limit = std::chrono::milliseconds(1); ///< beyond it a trial counts as stalled
    std::filesystem::path xvrrpd;                        ///< the program
    std::uint32_t seed = 1;                              ///< of the moments at which failures happen
    bool awake = false;                                  ///< processors don't sleep (awake.hpp)
    std::filesystem::path pcap;                          ///< directory for a capture of each trial; empty: none
    bool spliced = false; ///< the first router's cable can hold frames back (lab/cable.hpp)
};

/// What watches during a trial.
struct observers {
    lab::capture capture;
    lab::probe client;
};

class experiment {
public:
    /// Returns when the first router is Active and the client is served by it. `watch` has to outlive it.
    static result<std::unique_ptr<experiment>> create(const setting& contender, const conditions& how,
                                                      const stall_watch& watch);

    /// One failure of the Active router, at any moment of its advert interval, and its undoing; returns when all is as
    /// before.
    result<trial> run_trial(failure_kind failure, unsigned number);

    [[nodiscard]] lab::segment& lan() { return lan_; }
    [[nodiscard]] router& router_at(unsigned index) { return *routers_[index]; }
    [[nodiscard]] unsigned routers() const { return contender_.routers; }
    [[nodiscard]] const setting& contender() const { return contender_; }
    /// `keep_log`: for what is told apart probe by probe; some 80 bytes for each.
    result<observers> observe(bool keep_log);
    /// Waits until the first router alone is Active, and serves the client.
    result<void> wait_until_normal(const observers& by);

private:
    struct moments;

    experiment(setting contender, conditions how, const stall_watch& watch, lab::segment lan)
        : contender_(std::move(contender)), conditions_(std::move(how)), watch_(&watch), lan_(std::move(lan)),
          random_(conditions_.seed)
    {
    }
    result<void> set_up();
    result<void> start_routers();
    [[nodiscard]] result<void> all_run();
    [[nodiscard]] bool is_normal(const observers& by);
    [[nodiscard]] bool addresses_are_normal();
    void wait_for_sessions();
    result<moments> fail_and_heal(failure_kind failure, const observers& by);
    result<void> inject(failure_kind failure);
    result<void> heal(failure_kind failure);
    void wait_for_takeover(const observers& by, time_point since);
    [[nodiscard]] result<void> keep_capture(const lab::capture& heard, failure_kind failure, unsigned number) const;
    void add_timeline(trial& judged, const std::vector<std::string>& before);
    [[nodiscard]] std::vector<std::string> last_records();

    setting contender_;
    conditions conditions_;
    const stall_watch* watch_;
    lab::segment lan_;
    std::vector<std::unique_ptr<router>> routers_;
    std::mt19937 random_;
    pid_t worker_ = 0; ///< the process that is killed or hangs
};

} // namespace xvrrp::failover
