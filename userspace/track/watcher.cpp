// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/watcher.hpp"

#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <system_error>
#include <utility>

#include "track/watch_thread.hpp"

namespace xvrrp::track {
namespace {

/// How long the end waits for a thread that may be in the middle of reading a file.
constexpr std::chrono::milliseconds end_patience{500};

/// Whether what is known of one holds for the other: where it stands in its file, and what it weighs, is no difference.
bool is_same(const track_file& one, const track_file& other)
{
    return one.name == other.name && one.path == other.path;
}

bool is_same(track_process one, track_process other)
{
    one.where = other.where = {};
    one.weight = other.weight = std::nullopt;
    one.reverse = other.reverse = false;
    return one == other;
}

std::string file_key(const std::string& name)
{
    return "file " + name;
}

std::string process_key(const std::string& name)
{
    return "process " + name;
}

/// Plain scheduling, however the caller is scheduled (SCHED_RESET_ON_FORK), and no signal.
std::thread start_thread(handover_receiver<watch_wish> wishes, handover_sender<watch_news> news)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread started([wishes = std::move(wishes), news = std::move(news)]() mutable {
        be_watcher(std::move(wishes), std::move(news));
    });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::pthread_setname_np(started.native_handle(), "xvrrpd-watch");
    return started;
}

} // namespace

watcher::~watcher()
{
    if (!thread_) {
        return;
    }
    thread_->wishes.reset();
    const auto until = std::chrono::steady_clock::now() + end_patience;
    while (!thread_->news.gone() && std::chrono::steady_clock::now() < until) {
        pollfd ended{.fd = thread_->news.fd(), .events = POLLIN, .revents = 0};
        ::poll(&ended, 1, static_cast<int>(end_patience.count()));
        while (thread_->news.take()) {
        }
    }
    if (thread_->news.gone()) {
        thread_->thread.join();
    } else {
        thread_->thread.detach();
    }
}

result<void> watcher::start()
{
    auto wishes = open_handover<watch_wish>(false);
    auto news = open_handover<watch_news>(true);
    if (!wishes || !news) {
        return std::unexpected(wishes ? news.error() : wishes.error());
    }
    try {
        std::thread thread = start_thread(std::move(wishes->receiver), std::move(news->sender));
        thread_.emplace(std::move(wishes->sender), std::move(news->receiver), std::move(thread));
    } catch (const std::system_error& refused) {
        return fail(std::string("starting a thread: ") + refused.what());
    }
    return {};
}

void watcher::forget_gone(const configuration& wanted)
{
    for (const track_file& before : files_) {
        if (std::ranges::none_of(wanted.files, [&before](const track_file& each) { return is_same(each, before); })) {
            numbers_.erase(before.name);
            changed_at_.erase(file_key(before.name));
        }
    }
    for (const track_process& before : wanted_) {
        const bool stays = std::ranges::any_of(wanted.processes,
                                               [&before](const track_process& each) { return is_same(each, before); });
        if (!stays) {
            processes_.erase(before.name);
            changed_at_.erase(process_key(before.name));
        }
    }
}

result<void> watcher::configure(const configuration& wanted, bool may_overwrite)
{
    const bool same = std::ranges::equal(files_, wanted.files,
                                         [](const auto& one, const auto& other) { return is_same(one, other); }) &&
                      std::ranges::equal(wanted_, wanted.processes,
                                         [](const auto& one, const auto& other) { return is_same(one, other); });
    if (same) {
        return {};
    }
    forget_gone(wanted);
    files_ = wanted.files;
    wanted_ = wanted.processes;
    if (!thread_) {
        if (result<void> started = start(); !started) {
            return started;
        }
    }
    auto wish = std::make_unique<watch_wish>();
    wish->generation = ++generation_;
    wish->may_overwrite = may_overwrite;
    wish->files = wanted.files;
    wish->processes = wanted.processes;
    return thread_->wishes->put(std::move(wish)) ? result<void>{} : fail("the watching thread doesn't listen");
}

watcher::changes watcher::take()
{
    changes made;
    if (!thread_) {
        return made;
    }
    while (const std::unique_ptr<watch_news> news = thread_->news.take()) {
        made.remarks.insert(made.remarks.end(), news->remarks.begin(), news->remarks.end());
        if (news->generation == generation_) {
            take(*news, made);
        }
    }
    return made;
}

void watcher::take(const watch_news& news, changes& made)
{
    const time_point now = std::chrono::steady_clock::now();
    for (const auto& [name, number] : news.numbers) {
        const auto known = numbers_.find(name);
        if (known == numbers_.end() || known->second != number) {
            numbers_[name] = number;
            changed_at_[file_key(name)] = now;
            made.numbers[name] = number;
        }
    }
    for (const auto& [name, state] : news.processes) {
        process_state& known = processes_[name];
        if (known.good != state.good) {
            changed_at_[process_key(name)] = now;
            made.verdicts[name] = state;
        }
        known = state;
    }
}

std::optional<time_point> watcher::file_changed_at(const std::string& name) const
{
    const auto found = changed_at_.find(file_key(name));
    return found == changed_at_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<time_point> watcher::process_changed_at(const std::string& name) const
{
    const auto found = changed_at_.find(process_key(name));
    return found == changed_at_.end() ? std::nullopt : std::optional(found->second);
}

} // namespace xvrrp::track
