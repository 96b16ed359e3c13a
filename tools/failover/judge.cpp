// SPDX-License-Identifier: BSD-2-Clause
//
// Judging a trial (see judge.hpp).
#include "failover/judge.hpp"

#include <algorithm>
#include <set>

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

/// A stall just after the takeover may have made the longest gap as well.
constexpr duration stall_margin = 20ms;
/// Somebody who was answered in this time before the end is being served.
constexpr duration still_served = 50ms;

bool is_active(const lab::advert& one)
{
    return one.priority > 0;
}

struct probe_counts {
    std::uint64_t sent = 0, lost = 0, duplicates = 0;
};

probe_counts count_probes(const lab::probe_log& client, time_point from, time_point to)
{
    std::vector<unsigned> answers(client.sent.size(), 0);
    for (const auto& one : client.answers) {
        if (one.number < answers.size()) {
            ++answers[one.number];
        }
    }
    probe_counts counted;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (client.sent[i].time >= from && client.sent[i].time < to) {
            ++counted.sent;
            counted.lost += answers[i] == 0 ? 1 : 0;
            counted.duplicates += answers[i] > 1 ? answers[i] - 1 : 0;
        }
    }
    return counted;
}

struct gap {
    time_point from;
    time_point to;
    [[nodiscard]] duration length() const { return to - from; }
};

/// The longest time without an answer that overlaps [from, to); the edges count as answers where there is none beyond.
gap longest_gap(std::vector<time_point> answers, time_point from, time_point to)
{
    std::ranges::sort(answers);
    gap longest{.from = from, .to = from};
    time_point last = from;
    for (const time_point each : answers) {
        if (each > from && last < to) {
            const gap one{.from = last, .to = each};
            longest = one.length() > longest.length() ? one : longest;
        }
        last = each;
    }
    if (last < to && to - last > longest.length()) {
        longest = {.from = std::max(last, from), .to = to};
    }
    return longest;
}

class trial_judge {
public:
    explicit trial_judge(const evidence& seen) : seen_(seen) {}
    trial judge();

private:
    [[nodiscard]] bool is_takeover(const lab::advert& one) const;
    void find_takeover();
    void find_end();
    void find_successor();
    void look_at_client();
    void look_at_order_of_answers();
    void look_at_successor();
    void look_at_failed_host();
    void look_at_return();
    void look_at_stalls();
    void name_stages();

    [[nodiscard]] std::string answered_by(const lab::probe_answer& one) const;
    [[nodiscard]] std::vector<time_point> first_answers() const;

    const evidence& seen_;
    trial found_;
    time_point failed_at_;
    time_point end_of_failure_;
    std::optional<time_point> takeover_;     ///< first advert of any other router
    std::optional<time_point> first_answer_; ///< of the successor
    time_point gap_end_;
};

std::string trial_judge::answered_by(const lab::probe_answer& one) const
{
    const auto found = seen_.ttl.find(one.ttl);
    return found == seen_.ttl.end() ? "" : found->second;
}

bool trial_judge::is_takeover(const lab::advert& one) const
{
    return is_active(one) && one.host != seen_.failed && one.time >= seen_.inject_from && one.time < seen_.healed;
}

void trial_judge::find_takeover()
{
    const auto first = std::ranges::find_if(seen_.adverts, [&](const auto& one) { return is_takeover(one); });
    if (first != seen_.adverts.end()) {
        takeover_ = first->time;
    }
}

/// Who is Active in the end, and who was besides.
void trial_judge::find_successor()
{
    std::set<std::string> hosts;
    for (const auto& one : seen_.adverts) {
        if (is_takeover(one) && one.time < end_of_failure_) {
            found_.successor = one.host;
            hosts.insert(one.host);
        }
    }
    found_.rivals = hosts.empty() ? 0 : static_cast<unsigned>(hosts.size()) - 1;
    for (const auto& one : seen_.adverts) {
        if (is_takeover(one) && one.time < end_of_failure_ && one.host != found_.successor) {
            found_.rivals_left = one.time - *takeover_;
        }
    }
}

/// When the failure took effect, and when its undoing did.
void trial_judge::find_end()
{
    failed_at_ = seen_.inject_from;
    if (seen_.failure == failure_kind::cut || seen_.failure == failure_kind::link_down) {
        // A command did it: the last answer tells the moment better.
        for (const auto& one : seen_.client.answers) {
            if (answered_by(one) == seen_.failed && one.time <= seen_.inject_to) {
                failed_at_ = std::max(failed_at_, one.time);
            }
        }
    }
    end_of_failure_ = seen_.healed;
    // A daemon that its supervisor restarted comes back by itself; a host that is cut off never ceased to advertise,
    // and a router whose priority was lowered does so until it hears a better one.
    const bool returns_by_itself = seen_.failure == failure_kind::kill || seen_.failure == failure_kind::kill_all ||
                                   seen_.failure == failure_kind::term;
    if (takeover_ && returns_by_itself) {
        for (const auto& one : seen_.adverts) {
            if (one.host == seen_.failed && is_active(one) && one.time > *takeover_) {
                end_of_failure_ = std::min(end_of_failure_, one.time);
            }
        }
    }
}

/// Of each probe, in the order of their numbers; those without an answer are left out.
std::vector<time_point> trial_judge::first_answers() const
{
    std::vector<std::optional<time_point>> first(seen_.client.sent.size());
    for (const auto& one : seen_.client.answers) {
        if (one.number < first.size() && !first[one.number]) {
            first[one.number] = one.time;
        }
    }
    std::vector<time_point> answered;
    for (const auto& each : first) {
        if (each) {
            answered.push_back(*each);
        }
    }
    return answered;
}

void trial_judge::look_at_client()
{
    const auto counted = count_probes(seen_.client, failed_at_, end_of_failure_);
    found_.probes = counted.sent;
    found_.lost = counted.lost;
    found_.duplicates = counted.duplicates;
    const gap longest = longest_gap(first_answers(), failed_at_, end_of_failure_);
    found_.longest_gap = longest.length();
    gap_end_ = longest.to;
}

void trial_judge::look_at_order_of_answers()
{
    std::optional<time_point> before;
    std::string last;
    for (const auto& one : seen_.client.answers) {
        if (one.time >= end_of_failure_) {
            break;
        }
        const std::string by = answered_by(one);
        if (!first_answer_ && takeover_ && by == found_.successor && one.time >= seen_.inject_from) {
            first_answer_ = one.time;
            last = by;
            if (before) {
                found_.takeover_gap = one.time - *before;
            }
        }
        found_.alternations += first_answer_ && by != last ? 1 : 0;
        last = by;
        before = one.time;
    }
}

void trial_judge::look_at_successor()
{
    if (!takeover_) {
        const bool served = std::ranges::any_of(seen_.client.answers, [&](const auto& one) {
            return one.time < seen_.healed && one.time > seen_.healed - still_served;
        });
        found_.ended = served ? outcome::served_on : outcome::no_successor;
        return;
    }
    found_.ended = outcome::taken_over;
    found_.advert_after = *takeover_ - failed_at_;
    const auto claimed = std::ranges::find_if(seen_.claims, [&](const lab::address_claim& one) {
        return one.host == found_.successor && one.address == seen_.address && one.unsolicited &&
               one.time >= seen_.inject_from;
    });
    if (claimed != seen_.claims.end()) {
        found_.garp_after = claimed->time - failed_at_;
    }
    if (first_answer_) {
        found_.answer_after = *first_answer_ - failed_at_;
    }
}

void trial_judge::look_at_failed_host()
{
    found_.address_kept = seen_.address_kept;
    if (!takeover_) {
        return;
    }
    const auto while_failed = [&](time_point time) { return time > *takeover_ && time < end_of_failure_; };
    for (const auto& one : seen_.client.answers) {
        if (answered_by(one) == seen_.failed && while_failed(one.time)) {
            ++found_.old_answers;
            found_.old_answers_left = one.time - *takeover_;
        }
    }
    found_.old_claims = static_cast<std::uint64_t>(std::ranges::count_if(seen_.claims, [&](const auto& one) {
        return one.host == seen_.failed && one.address == seen_.address && while_failed(one.time);
    }));
    for (const auto& each : seen_.address_changes) {
        if (!each.present && each.time >= seen_.inject_from && each.time < end_of_failure_) {
            found_.address_gone = each.time - *takeover_;
        }
    }
}

void trial_judge::look_at_return()
{
    found_.return_gap = longest_gap(first_answers(), end_of_failure_, seen_.end).length();
    found_.return_lost = count_probes(seen_.client, end_of_failure_, seen_.end).lost;
}

void trial_judge::look_at_stalls()
{
    const time_point end = std::max(first_answer_.value_or(gap_end_), gap_end_) + stall_margin;
    for (const auto& each : seen_.client.sent) {
        if (each.time > failed_at_ && each.planned < end) {
            found_.client_stall = std::max<duration>(found_.client_stall, each.time - each.planned);
        }
    }
    found_.machine_stall = longest_within(seen_.machine_stalls, failed_at_, end);
    const duration worth_telling = std::max(seen_.stall_limit, found_.longest_gap / 20);
    found_.stalled = std::max(found_.client_stall, found_.machine_stall) > worth_telling;
}

void trial_judge::name_stages()
{
    const auto set = [&](stage which, std::optional<duration> from, std::optional<duration> to) {
        if (from && to) {
            found_.wire[static_cast<std::size_t>(which)] = std::max<duration>(*to - *from, 0ns);
        }
    };
    set(stage::detection, duration(0), found_.advert_after);
    set(stage::first_garp, found_.advert_after, found_.garp_after);
    set(stage::answer, found_.garp_after, found_.answer_after);
}

trial trial_judge::judge()
{
    find_takeover();
    find_end();
    find_successor();
    look_at_client();
    look_at_order_of_answers();
    look_at_successor();
    look_at_failed_host();
    look_at_return();
    look_at_stalls();
    name_stages();
    return found_;
}

} // namespace

trial judge(const evidence& seen)
{
    return trial_judge(seen).judge();
}

} // namespace xvrrp::failover
