// SPDX-License-Identifier: BSD-2-Clause
#include "config/known_blocks.hpp"

#include <algorithm>
#include <array>

namespace xvrrp::config {
namespace {

constexpr std::array<std::string_view, 15> bfd{"neighbor_ip", "neighbour_ip", "source_ip", "min_rx", "min_tx",
                                               "idle_tx",     "multiplier",   "passive",   "ttl",    "hoplimit",
                                               "max_hops",    "multihop",     "weight",    "vrrp",   "checker"};

constexpr std::array<std::string_view, 1> track_group{"group"};

struct block_names {
    std::string_view block;
    std::span<const std::string_view> keywords;
};

constexpr std::array<block_names, 2> blocks{{{"bfd_instance", bfd}, {"track_group", track_group}}};

} // namespace

std::span<const std::string_view> keywords_of_block(std::string_view block)
{
    const auto* const found = std::ranges::find(blocks, block, &block_names::block);
    return found == blocks.end() ? std::span<const std::string_view>() : found->keywords;
}

} // namespace xvrrp::config
