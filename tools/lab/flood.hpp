// SPDX-License-Identifier: BSD-2-Clause
//
// A flood of frames from a host of a segment, at a bounded rate, for a bounded time and number. It runs on a thread of
// its own, and only ever sends into the namespace that it is given.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "lab/forge.hpp"
#include "lab/segment.hpp"

namespace xvrrp::lab {

/// What is wrong with a forged advert, when the victim runs the virtual router that the recipe describes.
enum class forgery {
    low_ttl,      ///< TTL 254
    foreign_vrid, ///< a VRID that the victim doesn't have
    wrong_checksum,
    wrong_password, ///< version 2
    unlisted_source ///< right in everything but its source, which is in no unicast_peer
};

/// The recipe of an advert that the victims would believe, spoiled as `kind` says. Priority 255, so that it does harm
/// if believed; for unlisted_source the source is that of the recipe, and the destination has to be a victim.
advert_recipe spoil(advert_recipe valid, forgery kind);

struct flood_limits {
    std::uint64_t frames_per_second = 200'000;
    std::chrono::nanoseconds time = std::chrono::seconds(5);
    std::uint64_t frames = 100'000'000;
};

class flood {
public:
    /// Sends `frames` in turn from eth0 of `from`.
    static result<flood> start(const host& from, std::vector<frame> frames, const flood_limits& limits);
    flood(flood&&) noexcept = default;
    flood& operator=(flood&&) noexcept = default;
    ~flood() = default; ///< stops it

    [[nodiscard]] bool running() const { return !counts_->finished; }
    [[nodiscard]] std::uint64_t sent() const { return counts_->sent; }
    /// Frames per second so far, or until it ended.
    [[nodiscard]] double rate() const;
    void stop(); ///< and waits for its end
    void wait(); ///< until a limit is reached

private:
    struct counts {
        std::atomic<std::uint64_t> sent = 0;
        std::atomic<std::chrono::nanoseconds> elapsed = std::chrono::nanoseconds(0);
        std::atomic<bool> finished = false;
    };
    flood() = default;
    static void send_all(const std::stop_token& stopped, const file_descriptor& socket,
                         const std::vector<frame>& frames, const flood_limits& limits, counts& counted);

    std::shared_ptr<counts> counts_;
    std::jthread thread_;
};

} // namespace xvrrp::lab
