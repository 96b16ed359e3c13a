// SPDX-License-Identifier: BSD-2-Clause
//
// One lock: the thread holds it for a round of all sessions that are due, which is a few microseconds and never waits
// for anything; the loop's thread holds it for a swap of pointers or a copy of one session's figures. Sessions are made
// and destroyed outside of it.
#include "runtime/prober.hpp"

#include <sched.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "control/quiet_thread.hpp"
#include "runtime/probe_session.hpp"
#include "runtime/probe_socket.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::runtime {

namespace {

/// The range of ephemeral ports (RFC 6335 6), which RFC 5881 4 asks of an initiator.
constexpr std::uint32_t first_port = 49152;
constexpr std::uint32_t port_count = 65536 - first_port;
/// Ports that are tried for a socket before giving up.
constexpr int port_tries = 8;

/// Between two rounds: a thread that is scheduled ahead of everything must not be able to spin.
constexpr std::chrono::microseconds least_pause{20};

/// Random numbers, many for one system call. getrandom(2) blocks only before the kernel has seeded its generator.
class random_pool {
public:
    std::uint32_t next()
    {
        if (next_ == numbers_.size()) {
            fill();
        }
        return numbers_.at(next_++);
    }

private:
    void fill()
    {
        // 256 bytes and less are never cut short (getrandom(2)).
        while (::getrandom(numbers_.data(), sizeof numbers_, 0) != static_cast<ssize_t>(sizeof numbers_)) {
        }
        next_ = 0;
    }

    std::array<std::uint32_t, 64> numbers_{};
    std::size_t next_ = numbers_.size();
};

/// Ahead of the loop, whose longest turns would hold up a probe. Where the system refuses, what the daemon says of its
/// loop holds for this thread too; a timer at least isn't rounded up (PR_SET_TIMERSLACK, in nanoseconds).
void schedule_ahead()
{
    constexpr int above_the_loop = 2;
    sched_param parameters{};
    parameters.sched_priority = above_the_loop;
    if (::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) != 0) {
        ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    }
}

} // namespace

struct prober::state {
    using session_list = std::vector<std::unique_ptr<probe_session>>;

    state(datapath::session_memory shared, probe_socket sender, descriptor wake)
        : memory(shared), socket(std::move(sender)), wake_loop(std::move(wake)), place_taken(shared.probes.size())
    {
    }

    // The loop's thread.
    [[nodiscard]] probe_session* find(const session_key& which) const;
    result<std::unique_ptr<probe_session>> make(const session_target& target);
    [[nodiscard]] std::optional<datapath::session_index> free_place() const;
    template <class Change> void change(const session_key& which, Change what);

    // The prober's thread.
    void run();
    void round(std::unique_lock<std::mutex>& held, time_point now);
    void send_probes(probe_session& session, unsigned count);
    void flush();
    void post(std::unique_lock<std::mutex>& held);

    datapath::session_memory memory;
    probe_socket socket;
    descriptor wake_loop;          ///< eventfd
    std::vector<bool> place_taken; ///< the loop's thread alone, as `loop_random`
    random_pool loop_random;
    random_pool thread_random;
    std::vector<probe_session*> batch;  ///< whose frames wait in `socket`, in their order
    std::vector<probe_session*> judged; ///< in this round
    std::vector<session_news> found;    ///< in this round

    std::mutex lock;
    std::condition_variable changed;
    bool ending = false;            ///< under lock
    session_list sessions;          ///< under lock, sorted by key; exchanged on the loop's thread alone
    std::vector<session_news> news; ///< under lock
    std::thread thread;
};

probe_session* prober::state::find(const session_key& which) const
{
    const auto found_at =
        std::ranges::lower_bound(sessions, which, {}, [](const auto& each) { return each->target().key; });
    return found_at != sessions.end() && (*found_at)->target().key == which ? found_at->get() : nullptr;
}

std::optional<datapath::session_index> prober::state::free_place() const
{
    const auto free = std::ranges::find(place_taken, false);
    if (free == place_taken.end()) {
        return std::nullopt;
    }
    return datapath::session_index{static_cast<std::uint32_t>(free - place_taken.begin())};
}

result<std::unique_ptr<probe_session>> prober::state::make(const session_target& target)
{
    const auto place = free_place();
    if (!place) {
        return fail(target.key.peer.to_string() + ": no room for another S-BFD session");
    }
    const auto random_port = [this] {
        return static_cast<std::uint16_t>(first_port + loop_random.next() % port_count);
    };
    std::uint16_t port = random_port();
    std::optional<net::sbfd_socket> replies;
    if (target.by_socket) {
        auto opened = net::sbfd_socket::open(target.key.interface, target.own, port);
        for (int tries = 1; !opened && opened.error().code == EADDRINUSE && tries < port_tries; ++tries) {
            port = random_port();
            opened = net::sbfd_socket::open(target.key.interface, target.own, port);
        }
        if (!opened) {
            return std::unexpected(opened.error());
        }
        replies = std::move(*opened);
    }
    auto made = std::make_unique<probe_session>(target, *place, memory, port, std::move(replies),
                                                std::chrono::steady_clock::now());
    place_taken[place->value] = true;
    return made;
}

template <class Change> void prober::state::change(const session_key& which, Change what)
{
    probe_session* const session = find(which);
    if (session == nullptr) {
        return;
    }
    bool sooner = false;
    {
        const std::lock_guard held(lock);
        const time_point before = session->next_wake();
        what(*session);
        sooner = session->next_wake() < before;
    }
    if (sooner) {
        changed.notify_one();
    }
}

void prober::state::run()
{
    schedule_ahead();
    std::unique_lock held(lock);
    time_point earliest{};
    while (!ending) {
        const auto next = std::ranges::min_element(sessions, {}, [](const auto& each) { return each->next_wake(); });
        if (next == sessions.end()) {
            changed.wait(held);
            continue;
        }
        const time_point when = std::max((*next)->next_wake(), earliest);
        const time_point now = std::chrono::steady_clock::now();
        if (when > now) {
            changed.wait_until(held, when);
        } else {
            round(held, now);
            earliest = std::chrono::steady_clock::now() + least_pause;
        }
    }
}

void prober::state::round(std::unique_lock<std::mutex>& held, time_point now)
{
    for (const std::unique_ptr<probe_session>& each : sessions) {
        if (each->next_wake() > now) {
            continue;
        }
        each->read_replies();
        send_probes(*each, each->due(now));
        judged.push_back(each.get());
    }
    flush();
    const time_point after = std::chrono::steady_clock::now();
    for (probe_session* each : judged) {
        if (const auto verdict = each->take_verdict()) {
            found.push_back({.key = each->target().key,
                             .verdict = *verdict,
                             .when = after,
                             .detection_time = each->detection_time()});
        }
    }
    judged.clear();
    if (!found.empty()) {
        post(held);
    }
}

void prober::state::send_probes(probe_session& session, unsigned count)
{
    for (unsigned i = 0; i < count; ++i) {
        socket.add(session.target().key.interface, session.next_frame(thread_random.next()));
        batch.push_back(&session);
        if (socket.is_full()) {
            flush();
        }
    }
}

void prober::state::flush()
{
    const time_point at = std::chrono::steady_clock::now();
    const std::uint32_t left = socket.send();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if ((left & 1U << i) != 0) {
            batch[i]->sent(at);
        } else {
            batch[i]->not_sent();
        }
    }
    // A peer behind a virtual cable has answered by now: its reply needs no wakeup of its own.
    for (probe_session* each : batch) {
        each->read_replies();
    }
    batch.clear();
}

void prober::state::post(std::unique_lock<std::mutex>& held)
{
    std::ranges::move(found, std::back_inserter(news));
    found.clear();
    held.unlock();
    ::eventfd_write(wake_loop.get(), 1);
    held.lock();
}

prober::prober(std::unique_ptr<state> owned) : state_(std::move(owned)) {}

prober::~prober()
{
    {
        const std::lock_guard held(state_->lock);
        state_->ending = true;
    }
    state_->changed.notify_one();
    state_->thread.join();
}

result<std::unique_ptr<prober>> prober::start(datapath::session_memory memory)
{
    auto socket = probe_socket::open();
    if (!socket) {
        return std::unexpected(socket.error());
    }
    descriptor news(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!news) {
        return fail_errno("eventfd", errno);
    }
    auto made = std::make_unique<state>(memory, std::move(*socket), std::move(news));
    try {
        made->thread = control::start_quiet_thread("xvrrp-prober", [shared = made.get()] { shared->run(); });
    } catch (const std::system_error& refused) {
        return fail_errno("thread for S-BFD probes", refused.code().value());
    }
    return std::unique_ptr<prober>(new prober(std::move(made)));
}

result<void> prober::set_sessions(const std::vector<session_target>& wanted)
{
    result<void> outcome;
    state::session_list next;
    std::map<const probe_session*, const session_target*> going_on;
    for (const session_target& each : wanted) {
        probe_session* const known = state_->find(each.key);
        if (known != nullptr && probe_session::can_become(known->target(), each)) {
            going_on.emplace(known, &each);
            continue;
        }
        auto made = state_->make(each);
        if (made) {
            next.push_back(std::move(*made));
        } else if (outcome) {
            outcome = std::unexpected(made.error());
        }
    }
    next.reserve(wanted.size());
    const auto goes_on = [&](const session_key& which) {
        return std::ranges::any_of(going_on, [&](const auto& each) { return each.second->key == which; });
    };
    {
        const std::lock_guard held(state_->lock);
        for (std::unique_ptr<probe_session>& each : state_->sessions) {
            const auto stays = going_on.find(each.get());
            if (stays == going_on.end()) {
                continue;
            }
            if (each->target() != *stays->second) {
                each->change(*stays->second);
            }
            next.push_back(std::move(each));
        }
        std::erase_if(state_->news, [&](const session_news& each) { return !goes_on(each.key); });
        std::ranges::sort(next, {}, [](const auto& each) { return each->target().key; });
        state_->sessions.swap(next);
    }
    state_->changed.notify_one();
    for (const std::unique_ptr<probe_session>& gone : next) {
        if (gone) {
            state_->place_taken[gone->place().value] = false;
        }
    }
    return outcome;
}

void prober::set_phase(const session_key& which, time_point phase)
{
    state_->change(which, [phase](probe_session& session) { session.change_phase(phase); });
}

void prober::refuted(const session_key& which)
{
    state_->change(which, [](probe_session& session) { session.refuted(std::chrono::steady_clock::now()); });
}

duration prober::damp(const session_key& which)
{
    duration from_now_on{};
    state_->change(which, [&](probe_session& session) {
        session.damp(std::chrono::steady_clock::now());
        from_now_on = session.detection_time();
    });
    return from_now_on;
}

int prober::fd() const
{
    return state_->wake_loop.get();
}

void prober::drain(const std::function<void(const session_news&)>& sink)
{
    eventfd_t posted = 0;
    ::eventfd_read(state_->wake_loop.get(), &posted);
    std::vector<session_news> taken;
    {
        const std::lock_guard held(state_->lock);
        taken.swap(state_->news);
    }
    for (const session_news& each : taken) {
        sink(each);
    }
}

std::vector<session_report> prober::report() const
{
    std::vector<session_report> all;
    all.reserve(state_->sessions.size());
    for (const std::unique_ptr<probe_session>& each : state_->sessions) {
        session_report one;
        latency round_trips;
        {
            const std::lock_guard held(state_->lock);
            one = each->report();
            round_trips = each->round_trips();
        }
        one.round_trip_p50 = round_trips.quantile(0.5);
        one.round_trip_p99 = round_trips.quantile(0.99);
        one.round_trip_longest = round_trips.longest();
        all.push_back(one);
    }
    return all;
}

} // namespace xvrrp::runtime
