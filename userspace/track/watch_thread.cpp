// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/watch_thread.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "track/file_watch.hpp"
#include "track/process_watch.hpp"

namespace xvrrp::track {
namespace {

class watching {
public:
    watching(handover_receiver<watch_wish> wishes, handover_sender<watch_news> news)
        : wishes_(std::move(wishes)), news_(std::move(news))
    {
    }

    void run()
    {
        while (!wishes_.gone()) {
            wait();
            while (const std::unique_ptr<watch_wish> wish = wishes_.take()) {
                generation_ = wish->generation;
                tell(files_.configure(wish->files, wish->may_overwrite, std::chrono::steady_clock::now()));
                tell(processes_.configure(wish->processes, std::chrono::steady_clock::now()));
            }
            tell(files_.look(std::chrono::steady_clock::now()));
            tell(processes_.look(std::chrono::steady_clock::now()));
        }
    }

private:
    void wait() const
    {
        std::array<pollfd, 3> waiting{{{.fd = wishes_.fd(), .events = POLLIN, .revents = 0},
                                       {.fd = files_.fd(), .events = POLLIN, .revents = 0},
                                       {.fd = processes_.fd(), .events = POLLIN, .revents = 0}}};
        timespec left{};
        std::optional<time_point> until = files_.next_look();
        if (const auto also = processes_.next_look(); also && (!until || *also < *until)) {
            until = also;
        }
        if (until) {
            const duration rest = std::max(*until - std::chrono::steady_clock::now(), duration::zero());
            const auto seconds = std::chrono::floor<std::chrono::seconds>(rest);
            left = {.tv_sec = seconds.count(), .tv_nsec = (rest - seconds).count()};
        }
        ::ppoll(waiting.data(), waiting.size(), until ? &left : nullptr, nullptr);
    }

    void tell(watch_news what) const
    {
        if (!what.empty()) {
            what.generation = generation_;
            news_.put(std::make_unique<watch_news>(std::move(what)));
        }
    }

    handover_receiver<watch_wish> wishes_;
    handover_sender<watch_news> news_;
    std::uint64_t generation_ = 0;
    file_watch files_;
    process_watch processes_;
};

} // namespace

void be_watcher(handover_receiver<watch_wish> wishes, handover_sender<watch_news> news)
{
    watching(std::move(wishes), std::move(news)).run();
}

} // namespace xvrrp::track
