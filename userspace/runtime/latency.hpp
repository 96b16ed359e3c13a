// SPDX-License-Identifier: BSD-2-Clause
//
// How long adverts took from the kernel's stamp to the state machine: a histogram of bounded relative error (1/8), so
// that a daemon can keep it for ever. Pure.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "xvrrp/types.hpp"

namespace xvrrp::runtime {

class latency {
public:
    void add(duration took)
    {
        const auto nanoseconds = static_cast<std::uint64_t>(took < duration::zero() ? 0 : took.count());
        ++counts_[bucket(nanoseconds)];
        ++total_;
        if (took > longest_) {
            longest_ = took;
        }
    }
    [[nodiscard]] std::uint64_t total() const { return total_; }
    [[nodiscard]] duration longest() const { return longest_; }
    /// The upper end of the bucket in which this share (0 to 1) of the values lies at or below.
    [[nodiscard]] duration quantile(double share) const
    {
        const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(total_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_[i];
            if (seen > wanted) {
                return duration(static_cast<std::int64_t>(upper_end(i)));
            }
        }
        return longest_;
    }

private:
    static constexpr unsigned sub_bits = 3;
    static constexpr std::size_t sub_buckets = std::size_t{1} << sub_bits;
    static constexpr std::size_t buckets = (64 - sub_bits + 1) * sub_buckets;

    static std::size_t bucket(std::uint64_t value)
    {
        if (value < sub_buckets) {
            return static_cast<std::size_t>(value);
        }
        const auto exponent = static_cast<unsigned>(std::bit_width(value)) - 1U - sub_bits;
        return (static_cast<std::size_t>(exponent) << sub_bits) + static_cast<std::size_t>(value >> exponent);
    }
    static std::uint64_t upper_end(std::size_t index)
    {
        if (index < 2 * sub_buckets) {
            return index;
        }
        const auto exponent = static_cast<unsigned>(index >> sub_bits) - 1U;
        const std::uint64_t first = ((index & (sub_buckets - 1)) | sub_buckets) << exponent;
        return first + (std::uint64_t{1} << exponent) - 1;
    }

    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t total_ = 0;
    duration longest_{0};
};

} // namespace xvrrp::runtime
