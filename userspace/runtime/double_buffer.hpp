// SPDX-License-Identifier: BSD-2-Clause
//
// Bytes that one process leaves for another, whole or not at all: a writer that is killed in the middle of a version
// leaves the one before it. In memory files (memfd_create(2)), so there is no limit and a want of memory is an error of
// one write. Made before the fork; one process writes at a time, from one thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

class double_buffer {
public:
    /// `name` shows in /proc/PID/fd.
    static result<double_buffer> create(const char* name);

    /// The next version. After an error the last one stays.
    result<void> store(std::span<const std::uint8_t> bytes);
    /// The last version; nothing if there is none yet, or if a writer that lives replaces them faster than they can be
    /// read.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> load() const;
    /// How many versions there were.
    [[nodiscard]] std::uint64_t versions() const;

private:
    /// Shared by the processes. Version N lies in half N % 2.
    struct header {
        std::atomic<std::uint64_t> versions;
        std::array<std::atomic<std::uint64_t>, 2> lengths;
    };
    struct unmap {
        void operator()(header* mapped) const;
    };

    double_buffer() = default;

    std::unique_ptr<header, unmap> header_;
    std::array<descriptor, 2> halves_;
};

} // namespace xvrrp::runtime
