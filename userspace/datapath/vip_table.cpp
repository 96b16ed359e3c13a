// SPDX-License-Identifier: BSD-2-Clause
//
// vrrp_vip_bits tells XDP that an address is no VIP without a look-up: a bit is set before its VIP is added, and
// cleared when the last VIP that shares it is gone. The values of vrrp_vips are per CPU, and `slot` is in each of them,
// so that XDP finds it wherever it runs.
#include "datapath/vip_table.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "datapath/maps.hpp"
#include "datapath/records.hpp"

namespace xvrrp::datapath {

namespace {

xvrrp_vip_key key_for_kernel(const vip& which)
{
    xvrrp_vip_key key{};
    key.ifindex = which.interface.value;
    key.family = static_cast<__u32>(which.address.family());
    which.address.to_abi(key.address);
    return key;
}

/// The same for a VIP on several interfaces.
std::uint32_t bit_of(const vip& which)
{
    const auto bytes = which.address.bytes();
    std::array<__u32, XVRRP_ADDRESS_BYTES / sizeof(__u32)> words{};
    std::memcpy(words.data(), bytes.data(), bytes.size());
    return ::xvrrp_vip_bit(words.data());
}

} // namespace

vip_table::vip_table(maps::vip_bits_memory bits, std::optional<map_descriptors> kernel)
    : bits_(std::move(bits)), kernel_(kernel)
{
    maps::store_word(bits_.values()[0].in_use, __u32{1});
}

void vip_table::set_bit(const vip& which)
{
    const std::uint32_t bit = bit_of(which);
    __u64& word = bits_.values()[0].words[bit / 64];
    maps::store_word(word, word | __u64{1} << bit % 64);
    ++sharing_[bit];
}

void vip_table::release_bit(const vip& which)
{
    const std::uint32_t bit = bit_of(which);
    if (--sharing_[bit] == 0) {
        __u64& word = bits_.values()[0].words[bit / 64];
        maps::store_word(word, word & ~(__u64{1} << bit % 64));
        sharing_.erase(bit);
    }
}

result<void> vip_table::add(const vip& which, slot_index slot)
{
    const auto present = vips_.find(which);
    if (present != vips_.end() && present->second == slot) {
        return {};
    }
    if (present == vips_.end()) {
        set_bit(which);
    }
    if (kernel_) {
        const xvrrp_vip_key key = key_for_kernel(which);
        auto counts = maps::get_per_cpu<xvrrp_vip_count>(kernel_->vips, key)
                          .value_or(std::vector<xvrrp_vip_count>(maps::cpu_count()));
        for (xvrrp_vip_count& count : counts) {
            count.slot = slot.value;
        }
        if (auto stored = maps::put_per_cpu(kernel_->vips, "vrrp_vips", key, counts); !stored) {
            if (present == vips_.end()) {
                release_bit(which);
            }
            return fail_within(fmt::format("cannot count packets to {}", which.address.to_string()), stored.error());
        }
    }
    vips_[which] = slot;
    return {};
}

void vip_table::remove(const vip& which)
{
    if (vips_.erase(which) == 0) {
        return;
    }
    if (kernel_) {
        maps::erase(kernel_->vips, key_for_kernel(which));
    }
    release_bit(which);
}

std::vector<vip_counters> vip_table::read(const slot_table& slots) const
{
    std::vector<vip_counters> all;
    for (const auto& [which, slot] : vips_) {
        std::optional<std::vector<xvrrp_vip_count>> counts;
        if (kernel_) {
            counts = maps::get_per_cpu<xvrrp_vip_count>(kernel_->vips, key_for_kernel(which));
        }
        all.push_back(to_vip_counters(which, slot, slots.config(slot).activation,
                                      counts.value_or(std::vector<xvrrp_vip_count>())));
    }
    return all;
}

} // namespace xvrrp::datapath
