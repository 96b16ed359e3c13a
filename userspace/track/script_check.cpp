// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/script_check.hpp"

#include <utility>

namespace xvrrp::track {

using core::script_verdict;

rise_and_fall::rise_and_fall(bool bad_from_the_start)
    : verdict_(bad_from_the_start ? script_verdict::bad : script_verdict::pending)
{
}

bool rise_and_fall::count(bool success, std::uint32_t rise, std::uint32_t fall)
{
    const script_verdict said = success ? script_verdict::good : script_verdict::bad;
    const bool first = std::exchange(first_, false);
    if (said == verdict_) {
        against_ = 0;
        return false;
    }
    if (!first && ++against_ < (success ? rise : fall)) {
        return false;
    }
    against_ = 0;
    verdict_ = said;
    return true;
}

script_check::script_check(vrrp_script what, time_point now)
    : settings_(std::move(what)), counted_(settings_.init_fail), next_start_(now)
{
}

/// The starts are `interval` apart, so that they don't drift; after a stall they begin anew.
start_decision script_check::start(time_point now)
{
    next_start_ += settings_.interval;
    if (next_start_ <= now) {
        next_start_ = now + settings_.interval;
    }
    if (running_) {
        ++past_.skipped;
        return ending_ ? start_decision::still_ending : start_decision::still_running;
    }
    return start_decision::run;
}

script_check::outcome script_check::take(const run_result& result, bool over, time_point now)
{
    const bool counted_already = ending_;
    ending_ = !over;
    if (over) {
        running_.reset();
    }
    if (counted_already) {
        return {};
    }
    outcome made;
    const bool exited = result.how == run_result::kind::exited;
    if (exited && std::exchange(last_status_, result.value) != result.value) {
        made.now_returning = result.value;
    }
    const bool success = exited && result.value == 0;
    ++past_.runs;
    past_.failures += success ? 0 : 1;
    past_.last = result;
    past_.last_at = now;
    made.changed = counted_.count(success, settings_.rise, settings_.fall);
    return made;
}

bool script_check::reconfigure(const vrrp_script& what, time_point now)
{
    if (what.command != settings_.command || what.account != settings_.account) {
        return false;
    }
    if (what.interval != settings_.interval) {
        next_start_ = std::min(next_start_, now + what.interval);
    }
    settings_ = what;
    return true;
}

} // namespace xvrrp::track
