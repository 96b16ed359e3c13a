// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/process_rules.hpp"

#include <algorithm>
#include <utility>

namespace xvrrp::track {
namespace {

/// Bytes of a name that the kernel keeps (TASK_COMM_LEN without its end).
constexpr std::size_t longest_name = 15;

bool has_parameters(const track_process& wanted, std::span<const std::string> given)
{
    const std::vector<std::string>& said = wanted.parameters;
    const bool all = said.size() <= given.size();
    switch (wanted.match) {
    case process_match::name:
    case process_match::command:
        return true;
    case process_match::exact:
        return std::ranges::equal(said, given);
    case process_match::partial:
        return all && std::ranges::equal(said, given.first(said.size()));
    case process_match::initial:
        break;
    }
    return said.empty() ||
           (all && std::ranges::equal(std::span(said).first(said.size() - 1), given.first(said.size() - 1)) &&
            given[said.size() - 1].starts_with(said.back()));
}

} // namespace

bool needs_command(const track_process& wanted)
{
    return wanted.match != process_match::name;
}

bool counts_for(const track_process& wanted, const process_look& process)
{
    if (!needs_command(wanted)) {
        return process.name == std::string_view(wanted.process).substr(0, longest_name);
    }
    return !process.command.empty() && process.command.front() == wanted.process &&
           has_parameters(wanted, std::span(process.command).subspan(1));
}

void process_table::configure(std::vector<track_process> wanted)
{
    wanted_ = std::move(wanted);
    clear();
}

bool process_table::needs_commands() const
{
    return std::ranges::any_of(wanted_, needs_command);
}

void process_table::see(pid_t pid, const process_look& process)
{
    std::set<std::size_t> counts;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
        if (counts_for(wanted_[i], process)) {
            counts.insert(i);
        }
    }
    if (counts.empty()) {
        counted_.erase(pid);
    } else {
        counted_[pid] = std::move(counts);
    }
}

void process_table::rename(pid_t pid, const std::string& name)
{
    const auto found = counted_.find(pid);
    std::set<std::size_t> counts = found == counted_.end() ? std::set<std::size_t>{} : found->second;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
        if (needs_command(wanted_[i])) {
            continue;
        }
        if (counts_for(wanted_[i], {.name = name, .command = {}})) {
            counts.insert(i);
        } else {
            counts.erase(i);
        }
    }
    if (counts.empty()) {
        counted_.erase(pid);
    } else {
        counted_[pid] = std::move(counts);
    }
}

void process_table::fork(pid_t parent, pid_t child)
{
    const auto found = counted_.find(parent);
    if (found != counted_.end()) {
        const std::set<std::size_t> counts = found->second;
        counted_[child] = counts;
    }
}

std::uint32_t process_table::count(std::size_t index) const
{
    return static_cast<std::uint32_t>(
        std::ranges::count_if(counted_, [index](const auto& each) { return each.second.contains(index); }));
}

process_quorum::process_quorum(const track_process& wanted)
    : least_(wanted.quorum), most_(wanted.quorum_max), fork_delay_(wanted.fork_delay),
      terminate_delay_(wanted.terminate_delay)
{
}

bool process_quorum::count(std::uint32_t running, count_cause cause, time_point now)
{
    running_ = running;
    const bool good = running >= least_ && (!most_ || running <= *most_);
    if (verdict_ == good) {
        change_at_.reset();
        return false;
    }
    duration delay{0};
    if (cause != count_cause::looked && verdict_) {
        delay = cause == count_cause::forked ? fork_delay_ : terminate_delay_;
    }
    if (delay == duration::zero()) {
        change_at_.reset();
        verdict_ = good;
        return true;
    }
    change_at_ = change_at_.value_or(now + delay);
    return false;
}

bool process_quorum::settle(time_point now)
{
    if (!change_at_ || *change_at_ > now) {
        return false;
    }
    change_at_.reset();
    verdict_ = !*verdict_;
    return true;
}

} // namespace xvrrp::track
