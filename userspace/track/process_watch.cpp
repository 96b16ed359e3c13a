// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/process_watch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include "xvrrp/descriptor.hpp"

namespace xvrrp::track {
namespace {

/// As much of a command line is looked at.
constexpr std::size_t command_room = 65536;

std::string read_file(const std::string& path, std::size_t room)
{
    std::string text(room, '\0');
    const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t length = file ? ::read(file.get(), text.data(), text.size()) : 0;
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
    return text;
}

std::vector<std::string> split_command(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\0'), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

/// None: there is no such process, or it has ended and nobody has taken notice yet (a zombie).
std::optional<process_look> look_at_process(pid_t pid, bool with_command)
{
    constexpr std::size_t stat_room = 512;
    const std::string directory = "/proc/" + std::to_string(pid);
    // PID (NAME) STATE: the name may have anything in it.
    const std::string stat = read_file(directory + "/stat", stat_room);
    const std::size_t begin = stat.find('(');
    const std::size_t end = stat.rfind(')');
    if (begin == std::string::npos || end == std::string::npos || end + 2 >= stat.size()) {
        return std::nullopt;
    }
    const char state = stat[end + 2];
    if (state == 'Z' || state == 'X') {
        return std::nullopt;
    }
    return process_look{.name = stat.substr(begin + 1, end - begin - 1),
                        .command = with_command ? split_command(read_file(directory + "/cmdline", command_room))
                                                : std::vector<std::string>{}};
}

std::vector<pid_t> all_processes()
{
    std::vector<pid_t> all;
    std::error_code ignored;
    for (std::filesystem::directory_iterator each("/proc", ignored), end; each != end; each.increment(ignored)) {
        const std::string name = each->path().filename().string();
        pid_t pid = 0;
        const auto [stop, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (problem == std::errc() && stop == name.data() + name.size()) {
            all.push_back(pid);
        }
    }
    return all;
}

count_cause cause_of(const process_event& what)
{
    switch (what.what) {
    case process_event::kind::forked:
        return count_cause::forked;
    case process_event::kind::exited:
        return count_cause::exited;
    case process_event::kind::executed:
    case process_event::kind::renamed:
        break;
    }
    return count_cause::looked;
}

} // namespace

watch_news process_watch::configure(const std::vector<track_process>& wanted, time_point now)
{
    watch_news news;
    const std::vector<track_process> before = table_.wanted();
    std::vector<process_quorum> known = std::exchange(quorums_, {});
    table_.configure(wanted);
    for (const track_process& each : wanted) {
        const auto same = std::ranges::find(before, each);
        quorums_.push_back(same == before.end() ? process_quorum(each)
                                                : known[static_cast<std::size_t>(same - before.begin())]);
    }
    told_.assign(wanted.size(), {});
    if (wanted.empty()) {
        events_.reset(); // each of them wakes this thread
        asked_ = false;
        look_again_.reset();
        return news;
    }
    ask_for_events(news);
    look_at_all();
    count(count_cause::looked, now);
    look_again_ = events_ ? std::nullopt : std::optional(now + look_interval);
    news.processes = tell().processes;
    return news;
}

/// Before the look at what runs: nothing is missed in between.
void process_watch::ask_for_events(watch_news& news)
{
    if (std::exchange(asked_, true)) {
        return;
    }
    auto opened = process_events::open();
    if (opened) {
        events_.emplace(std::move(*opened));
    } else {
        news.remarks.push_back("Tracked processes are looked for once a second, and those that come and go in between "
                               "aren't seen: " +
                               opened.error().what);
    }
}

void process_watch::look_at_all()
{
    table_.clear();
    for (const pid_t each : all_processes()) {
        look_at(each);
    }
}

void process_watch::look_at(pid_t pid)
{
    if (const auto process = look_at_process(pid, table_.needs_commands())) {
        table_.see(pid, *process);
    } else {
        table_.exit(pid);
    }
}

std::optional<time_point> process_watch::next_look() const
{
    std::optional<time_point> next = look_again_;
    for (const process_quorum& each : quorums_) {
        if (each.next_deadline() && (!next || *each.next_deadline() < *next)) {
            next = each.next_deadline();
        }
    }
    return next;
}

watch_news process_watch::look(time_point now)
{
    if (events_) {
        take_events(now);
    }
    if (look_again_ && *look_again_ <= now) {
        look_at_all();
        count_found(now);
        look_again_ = events_ ? std::nullopt : std::optional(now + look_interval);
    }
    for (process_quorum& each : quorums_) {
        std::ignore = each.settle(now);
    }
    return tell();
}

void process_watch::take_events(time_point now)
{
    const process_events::batch batch = events_->read();
    for (const process_event& each : batch.events) {
        take(each);
        count(cause_of(each), now);
    }
    if (batch.lost) {
        look_again_ = now;
    }
}

void process_watch::take(const process_event& what)
{
    switch (what.what) {
    case process_event::kind::forked:
        table_.fork(what.parent, what.pid);
        break;
    case process_event::kind::executed:
        look_at(what.pid);
        break;
    case process_event::kind::renamed:
        table_.rename(what.pid, what.name);
        break;
    case process_event::kind::exited:
        table_.exit(what.pid);
        break;
    }
}

void process_watch::count(count_cause cause, time_point now)
{
    for (std::size_t i = 0; i < quorums_.size(); ++i) {
        const std::uint32_t running = table_.count(i);
        if (running != quorums_[i].running() || !quorums_[i].verdict()) {
            quorums_[i].count(running, cause, now);
        }
    }
}

/// What a look finds was done by forks where there are more of them, and by ends where there are fewer.
void process_watch::count_found(time_point now)
{
    for (std::size_t i = 0; i < quorums_.size(); ++i) {
        const std::uint32_t running = table_.count(i);
        if (running != quorums_[i].running()) {
            quorums_[i].count(running, running > quorums_[i].running() ? count_cause::forked : count_cause::exited,
                              now);
        }
    }
}

watch_news process_watch::tell()
{
    watch_news news;
    for (std::size_t i = 0; i < quorums_.size(); ++i) {
        const process_state known{.good = quorums_[i].verdict(), .running = quorums_[i].running()};
        if (known != told_[i]) {
            told_[i] = known;
            news.processes[table_.wanted()[i].name] = known;
        }
    }
    return news;
}

} // namespace xvrrp::track
