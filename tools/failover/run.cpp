// SPDX-License-Identifier: BSD-2-Clause
//
// `xvrrp-failover run` and `compare` (see commands.hpp).
#include <fmt/format.h>
#include <sys/utsname.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "control/version.hpp"
#include "failover/awake.hpp"
#include "failover/commands.hpp"
#include "failover/csv.hpp"
#include "failover/fields.hpp"
#include "failover/json.hpp"
#include "failover/plot.hpp"
#include "failover/programs.hpp"
#include "failover/progress.hpp"
#include "failover/table.hpp"
#include "failover/units.hpp"

namespace xvrrp::failover {
namespace {

constexpr unsigned trials_a_line = 10; ///< of progress, without a terminal

void complain(const error& why)
{
    fmt::print(stderr, "xvrrp-failover: {}\n", why.what);
}

run_facts facts_of(const conditions& how)
{
    utsname system{};
    uname(&system);
    return {.version = std::string(control::program_version()),
            .started = to_utc(std::chrono::system_clock::now()),
            .kernel = system.release,
            .processors = std::thread::hardware_concurrency(),
            .stall_limit_ms = milliseconds(how.stall_limit),
            .awake = how.awake};
}

result<void> write(const std::string& file, const std::string& text)
{
    std::ofstream stream(file);
    stream << text << std::flush;
    if (!stream) {
        return fail_errno(file, errno);
    }
    return {};
}

/// Everything that isn't there or makes no sense, before the first trial.
result<void> check_all(run_request& request)
{
    bool xvrrp = false;
    for (const series& one : request.plan) {
        if (auto good = check(one.contender, one.failure); !good) {
            return good;
        }
        if (auto installed = check_installed(one.contender.daemon); !installed) {
            return installed;
        }
        xvrrp = xvrrp || one.contender.daemon == daemon_kind::xvrrp;
    }
    if (xvrrp) {
        auto found = find_xvrrpd(request.how.xvrrpd);
        if (!found) {
            return std::unexpected(found.error());
        }
        request.how.xvrrpd = std::move(*found);
    }
    return {};
}

/// Empty if processors may sleep.
result<descriptor> awake_if_wanted(const conditions& how)
{
    return how.awake ? keep_awake() : descriptor();
}

class runner {
public:
    runner(const run_request& request, const interruption& interrupted)
        : request_(request), interrupted_(interrupted), facts_(facts_of(request.how))
    {
    }
    exit_status run();

private:
    result<void> run_series(series& one);
    result<void> write_data() const;
    result<void> finish();

    const run_request& request_;
    const interruption& interrupted_;
    run_facts facts_;
    stall_watch watch_;
    progress progress_;
    std::vector<series> done_;
};

result<void> runner::run_series(series& one)
{
    const std::string name = fmt::format("{}: {}", name_of(one.failure), label(one.contender));
    progress_.show(name + ": starting", true);
    auto lab = experiment::create(one.contender, request_.how, watch_);
    if (!lab) {
        return fail_within(name, lab.error());
    }
    for (unsigned i = 1; i <= one.wanted && !interrupted_.requested(); ++i) {
        auto made = (*lab)->run_trial(one.failure, i);
        if (!made) {
            return fail_within(fmt::format("{}: trial {}", name, i), made.error());
        }
        progress_.show(fmt::format("{}: trial {} of {}, {:.3g} ms{}", name, i, one.wanted,
                                   milliseconds(made->longest_gap), made->stalled ? ", the machine stalled" : ""),
                       i % trials_a_line == 0);
        one.trials.push_back(std::move(*made));
    }
    return {};
}

result<void> runner::write_data() const
{
    const output_files& files = request_.files;
    if (!files.csv.empty()) {
        if (auto written = write(files.csv, to_csv(done_)); !written) {
            return written;
        }
    }
    if (!files.json.empty()) {
        return write(files.json, to_json(facts_, done_).dump(1) + "\n");
    }
    return {};
}

result<void> runner::finish()
{
    progress_.clear();
    fmt::print("{}", render(done_));
    fmt::print("\n{:g} probes a second. The machine stalled: from the failure to the takeover it, or the client alone, "
               "didn't run\nfor more than {} and a twentieth of the gap{}.{}\n",
               request_.how.probe_rate, to_text(request_.how.stall_limit),
               watch_.ahead_of_others() ? "" : " (SCHED_FIFO was refused: busy processors count as well)",
               request_.how.awake ? " Processors were kept from sleeping." : "");
    if (request_.files.plot.empty() || done_.empty()) {
        return {};
    }
    const auto drawn = draw(done_, request_.files.plot);
    if (!drawn) {
        return std::unexpected(drawn.error());
    }
    for (const auto& each : *drawn) {
        fmt::print("{}\n", each.string());
    }
    return {};
}

exit_status runner::run()
{
    exit_status status = exit_status::done;
    for (const series& planned : request_.plan) {
        if (interrupted_.requested()) {
            break;
        }
        series one = planned;
        if (auto ran = run_series(one); !ran) {
            progress_.clear();
            complain(ran.error());
            status = exit_status::failed;
        }
        if (!one.trials.empty()) {
            done_.push_back(std::move(one));
        }
        // What is there already stays if something goes wrong later.
        if (auto written = write_data(); !written) {
            progress_.clear();
            complain(written.error());
            return exit_status::failed;
        }
    }
    if (auto finished = finish(); !finished) {
        complain(finished.error());
        status = exit_status::failed;
    }
    return interrupted_.requested() ? exit_status::interrupted : status;
}

/// "0.1, 1.9, 1.8".
std::string percentages(const std::vector<double>& loads)
{
    std::string text;
    for (const double each : loads) {
        text += fmt::format("{}{:.2g}", text.empty() ? "" : ", ", each * 100);
    }
    return text;
}

} // namespace

exit_status run(run_request request, const interruption& interrupted)
{
    if (auto good = check_all(request); !good) {
        complain(good.error());
        return exit_status::usage;
    }
    const auto awake = awake_if_wanted(request.how);
    if (!awake) {
        complain(awake.error());
        return exit_status::failed;
    }
    return runner(request, interrupted).run();
}

exit_status idle(idle_request request, const interruption& interrupted)
{
    if (auto good = check(request.contender, failure_kind::cut); !good) {
        complain(good.error());
        return exit_status::usage;
    }
    const auto installed = check_installed(request.contender.daemon);
    auto xvrrpd = request.contender.daemon == daemon_kind::xvrrp ? find_xvrrpd(request.how.xvrrpd)
                                                                 : result<std::filesystem::path>();
    if (!installed || !xvrrpd) {
        complain(installed ? xvrrpd.error() : installed.error());
        return exit_status::failed;
    }
    const auto awake = awake_if_wanted(request.how);
    if (!awake) {
        complain(awake.error());
        return exit_status::failed;
    }
    request.how.xvrrpd = *xvrrpd;
    request.how.spliced = request.what.hold_every > duration::zero();
    const stall_watch watch;
    auto lab = experiment::create(request.contender, request.how, watch);
    if (!lab) {
        complain(lab.error());
        return exit_status::failed;
    }
    progress shown;
    unsigned told = 0;
    const auto seen = stay_idle(**lab, request.what, request.how, watch, [&](const idle_report& so_far) {
        const auto minutes = static_cast<unsigned>(so_far.length / std::chrono::minutes(1));
        shown.show(fmt::format("{:.0f} s: {} takeovers, {} freezes, longest gap {:.3g} ms",
                               milliseconds(so_far.length) / 1e3, so_far.takeovers, so_far.freezes,
                               milliseconds(so_far.longest_gap)),
                   minutes > told);
        told = minutes;
        return !interrupted.requested();
    });
    shown.clear();
    if (!seen) {
        complain(seen.error());
        return exit_status::failed;
    }
    fmt::print(
        "{}: {:.0f} s with {} busy loops, a standby frozen {} times, the Active router's frames held back {} times\n"
        "takeovers: {}\n"
        "client: {} probes, {} lost, {} answered twice, longest gap {:.3g} ms\n"
        "routers: {} % of a processor\n"
        "machine: {} stalls of more than {}, the longest {:.3g} ms\n",
        label(request.contender), milliseconds(seen->length) / 1e3, request.what.loops, seen->freezes, seen->holds,
        seen->takeovers, seen->probes, seen->lost, seen->duplicates, milliseconds(seen->longest_gap),
        percentages(seen->loads), seen->machine_stalls, to_text(request.how.stall_limit),
        milliseconds(seen->machine_stall));
    return interrupted.requested() ? exit_status::interrupted : exit_status::done;
}

} // namespace xvrrp::failover
