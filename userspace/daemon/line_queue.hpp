// SPDX-License-Identifier: BSD-2-Clause
//
// A bounded queue of log lines: many threads put lines in, one takes them out, and nobody holds a lock. With a lock, a
// loop under SCHED_FIFO could wait for a log thread that has lost its CPU in the middle of it.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include "daemon/logging.hpp"

namespace xvrrp::daemon {

struct log_line {
    static constexpr std::size_t longest = 1000;

    std::chrono::system_clock::time_point when;
    severity level = severity::info;
    std::size_t length = 0;
    std::array<char, longest> bytes{};

    [[nodiscard]] std::string_view text() const { return {bytes.data(), length}; }

    /// Text beyond the longest line is cut, with "..." for an end.
    void set(std::chrono::system_clock::time_point now, severity how, std::string_view text) noexcept
    {
        static constexpr std::string_view cut_mark = "...";
        when = now;
        level = how;
        length = std::min(text.size(), longest);
        // One line stays one line, and what a configuration or a packet put into it can't drive a terminal.
        std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length), bytes.begin(),
                       [](char c) { return (c >= 0 && c < ' ') || c == '\x7f' ? ' ' : c; });
        if (text.size() > longest) {
            std::memcpy(bytes.data() + longest - cut_mark.size(), cut_mark.data(), cut_mark.size());
        }
    }
};

/// Each slot carries a sequence number that says whose turn it is: its position when it is free, one more when it is
/// filled (the bounded queue of D. Vyukov).
class line_queue {
public:
    static constexpr std::size_t capacity = 1024; ///< a power of two

    line_queue() : slots_(std::make_unique<std::array<slot, capacity>>())
    {
        for (std::size_t i = 0; i < capacity; ++i) {
            (*slots_)[i].sequence.store(i, std::memory_order_relaxed);
        }
    }

    /// Any thread; false when the queue is full.
    bool push(std::chrono::system_clock::time_point when, severity level, std::string_view text) noexcept
    {
        std::size_t position = next_in_.load(std::memory_order_relaxed);
        for (;;) {
            slot& free = (*slots_)[position % capacity];
            const std::size_t turn = free.sequence.load(std::memory_order_acquire);
            if (turn == position) {
                if (next_in_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
                    free.line.set(when, level, text);
                    free.sequence.store(position + 1, std::memory_order_release);
                    return true;
                }
            } else if (turn < position) {
                return false;
            } else {
                position = next_in_.load(std::memory_order_relaxed);
            }
        }
    }

    /// The one reading thread; false when nothing waits.
    bool pop(log_line& line) noexcept
    {
        slot& oldest = (*slots_)[next_out_ % capacity];
        if (oldest.sequence.load(std::memory_order_acquire) != next_out_ + 1) {
            return false;
        }
        line = oldest.line;
        oldest.sequence.store(next_out_ + capacity, std::memory_order_release);
        ++next_out_;
        return true;
    }

private:
    struct slot {
        std::atomic<std::size_t> sequence;
        log_line line;
    };

    std::unique_ptr<std::array<slot, capacity>> slots_;
    std::atomic<std::size_t> next_in_{0};
    std::size_t next_out_ = 0;
};

} // namespace xvrrp::daemon
