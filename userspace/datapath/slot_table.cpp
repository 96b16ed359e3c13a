// SPDX-License-Identifier: BSD-2-Clause
//
// Order of the stores: whatever XDP looks up by the slot first, then vrrp_slots, which leads it there; the other way
// round when a slot is freed. An advert on its way through XDP meanwhile carries the generation that it found.
#include "datapath/slot_table.hpp"

#include <fmt/format.h>

#include <cstring>

#include "datapath/peer_map.hpp"

namespace xvrrp::datapath {

namespace {

using maps::store_word;

using address_bytes = std::uint8_t[XVRRP_ADDRESS_BYTES];

void store_address(address_bytes& to, const ip_address& address) noexcept
{
    alignas(8) address_bytes bytes;
    address.to_abi(bytes);
    for (std::size_t at = 0; at < sizeof bytes; at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + at, sizeof word);
        store_word(*reinterpret_cast<std::uint64_t*>(to + at), word);
    }
}

bool same_bytes(const address_bytes& held, const ip_address& address) noexcept
{
    address_bytes bytes;
    address.to_abi(bytes);
    return std::memcmp(held, bytes, sizeof bytes) == 0;
}

std::uint32_t flags_of(const slot_settings& settings)
{
    const auto flag = [](bool set, xvrrp_slot_flag value) { return set ? static_cast<std::uint32_t>(value) : 0U; };
    return flag(settings.unicast, XVRRP_SLOT_UNICAST) | flag(settings.check_source, XVRRP_SLOT_CHECK_SOURCE) |
           flag(settings.strict, XVRRP_SLOT_STRICT) | flag(settings.no_accept, XVRRP_SLOT_NO_ACCEPT) |
           flag(settings.no_vips, XVRRP_SLOT_NO_VIPS) | flag(settings.password.has_value(), XVRRP_SLOT_AUTH_PASS);
}

std::uint32_t flags_of(const slot_state& state)
{
    const auto flag = [](bool set, xvrrp_slot_flag value) { return set ? static_cast<std::uint32_t>(value) : 0U; };
    return flag(state.quiet, XVRRP_SLOT_QUIET) | flag(state.fenced, XVRRP_SLOT_FENCED) |
           flag(state.holds, XVRRP_SLOT_HOLDS);
}

/// All but the generation, the state and what belongs to it.
void store_settings(xvrrp_slot_config& config, const slot_settings& settings, std::uint32_t state_flags) noexcept
{
    store_address(config.source, settings.source);
    store_address(config.group, settings.group);
    store_word(config.ifindex, settings.interface.value);
    store_word(config.version, static_cast<std::uint8_t>(settings.version));
    store_word(config.family, static_cast<std::uint8_t>(settings.family));
    store_word(config.vrid, settings.vrid.value);
    store_word(config.interval_seconds, settings.interval_seconds);
    store_word(config.hang_limit_ns, static_cast<__u64>(settings.hang_limit.count()));
    store_word(config.flags, flags_of(settings) | state_flags);
}

hop_limits limits_of(const peer_hop_limits& all, const ip_address& peer)
{
    const auto found = all.find(peer);
    return found == all.end() ? hop_limits{} : found->second;
}

std::uint32_t bits_of(const peer_hop_limits& peers)
{
    std::uint32_t bits = 0;
    for (const auto& [peer, limits] : peers) {
        bits |= peer_map::bit_of(peer);
    }
    return bits;
}

xvrrp_secret secret_of(const slot_settings& settings)
{
    xvrrp_secret secret{};
    if (settings.password) {
        std::memcpy(secret.password, settings.password->data(),
                    std::min(settings.password->size(), sizeof secret.password));
    }
    return secret;
}

xvrrp_slot_key key_for_kernel(const slot_settings& settings)
{
    return {.ifindex = settings.interface.value,
            .family = static_cast<__u8>(settings.family),
            .vrid = settings.vrid.value,
            .zero = 0};
}

/// Never 0, and no number again before all others.
std::uint32_t next_number(std::uint32_t& last) noexcept
{
    if (++last == 0) {
        ++last;
    }
    return last;
}

} // namespace

slot_table::slot_table(maps::config_memory memory, std::optional<map_descriptors> kernel)
    : memory_(std::move(memory)), kernel_(kernel)
{
}

slot_table::key slot_table::key_of(const slot_settings& settings)
{
    return {settings.interface.value, settings.family, settings.vrid.value};
}

slot_table::entry* slot_table::entry_of(slot_index slot) noexcept
{
    const auto found = entries_.find(slot.value);
    return found == entries_.end() ? nullptr : &found->second;
}

std::optional<slot_index> slot_table::free_slot() const
{
    std::uint32_t candidate = 0;
    for (const auto& [used, unused] : entries_) {
        if (used != candidate) {
            break;
        }
        ++candidate;
    }
    return candidate < XVRRP_MAX_SLOTS ? std::optional(slot_index{candidate}) : std::nullopt;
}

result<slot_index> slot_table::add(const slot_settings& settings)
{
    if (by_key_.contains(key_of(settings))) {
        return fail(fmt::format("virtual router {} is on this interface already", settings.vrid.value));
    }
    const auto slot = free_slot();
    if (!slot) {
        return fail(fmt::format("no more than {} virtual routers can run", +XVRRP_MAX_SLOTS));
    }
    entry& added = entries_[slot->value];
    added.settings = settings;
    by_key_[key_of(settings)] = *slot;
    xvrrp_slot_config& config = memory_.values()[slot->value];
    config = {};
    store_settings(config, settings, 0);
    store_word(config.generation, next_number(last_generation_));
    for (const auto& published :
         {publish_peers(*slot, added, settings), publish_secret(*slot, settings), publish_key(*slot, settings)}) {
        if (!published) {
            const error why = published.error();
            remove(*slot);
            return std::unexpected(why);
        }
    }
    return *slot;
}

result<void> slot_table::change(slot_index slot, const slot_settings& settings)
{
    entry* changed = entry_of(slot);
    if (changed == nullptr || key_of(changed->settings) != key_of(settings)) {
        return fail(
            fmt::format("slot {} isn't that of virtual router {} on this interface", slot.value, settings.vrid.value));
    }
    // What is allowed more is allowed first, so that no advert is refused in between.
    if (auto published = publish_peers(slot, *changed, settings); !published) {
        return published;
    }
    if (auto published = publish_secret(slot, settings); !published) {
        return published;
    }
    store_settings(memory_.values()[slot.value], settings, changed->state_flags);
    retire_peers(slot, *changed, settings);
    changed->settings = settings;
    return {};
}

void slot_table::remove(slot_index slot)
{
    entry* removed = entry_of(slot);
    if (removed == nullptr) {
        return;
    }
    if (kernel_) {
        maps::erase(kernel_->slots, key_for_kernel(removed->settings));
    }
    store_word(memory_.values()[slot.value].generation, std::uint32_t{0});
    retire_peers(slot, *removed, {});
    // A password that stays behind in a slot without a generation is never compared with anything.
    std::ignore = publish_secret(slot, {});
    by_key_.erase(key_of(removed->settings));
    entries_.erase(slot.value);
}

result<void> slot_table::publish_peers(slot_index slot, entry& owner, const slot_settings& settings)
{
    for (const ip_address& peer : settings.peers) {
        const hop_limits limits = limits_of(settings.hop_limits, peer);
        const auto there = owner.peers.find(peer);
        if (there != owner.peers.end() && there->second == limits) {
            continue;
        }
        if (kernel_) {
            if (auto stored = peer_map::add(kernel_->peers, slot.value, peer, limits); !stored) {
                return stored;
            }
        }
        owner.peers.insert_or_assign(peer, limits);
    }
    store_word(memory_.values()[slot.value].peer_bits, bits_of(owner.peers));
    return {};
}

void slot_table::retire_peers(slot_index slot, entry& owner, const slot_settings& settings)
{
    const std::set<ip_address> kept(settings.peers.begin(), settings.peers.end());
    std::erase_if(owner.peers, [&](const auto& published) {
        const ip_address& peer = published.first;
        if (kept.contains(peer)) {
            return false;
        }
        if (kernel_) {
            peer_map::remove(kernel_->peers, slot.value, peer);
        }
        return true;
    });
    store_word(memory_.values()[slot.value].peer_bits, bits_of(owner.peers));
}

result<void> slot_table::publish_secret(slot_index slot, const slot_settings& settings)
{
    return kernel_ ? maps::put(kernel_->secrets, "vrrp_secrets", slot.value, secret_of(settings)) : result<void>();
}

result<void> slot_table::publish_key(slot_index slot, const slot_settings& settings)
{
    return kernel_ ? maps::put(kernel_->slots, "vrrp_slots", key_for_kernel(settings), slot.value) : result<void>();
}

void slot_table::store(slot_index slot, const slot_state& state) noexcept
{
    entry* stored = entry_of(slot);
    if (stored == nullptr) {
        return;
    }
    xvrrp_slot_config& config = memory_.values()[slot.value];
    const ip_address followed = state.followed.value_or(ip_address());
    const auto half = static_cast<std::uint8_t>(config.followed_half & 1U);
    if (!same_bytes(config.followed[half], followed)) {
        const auto other_half = static_cast<std::uint8_t>(half ^ 1U);
        store_address(config.followed[other_half], followed);
        store_word(config.followed_half, other_half);
    }
    stored->state_flags = flags_of(state);
    store_word(config.priority, state.priority.value);
    store_word(config.flags, flags_of(stored->settings) | stored->state_flags);
    if (state.state == XVRRP_ACTIVE && config.state != XVRRP_ACTIVE) {
        store_word(config.activation, next_number(last_activation_));
    }
    store_word(config.state, static_cast<std::uint8_t>(state.state));
}

void slot_table::lift_fence(slot_index slot) noexcept
{
    if (entry_of(slot) != nullptr) {
        std::uint32_t& epoch = memory_.values()[slot.value].fence_epoch;
        store_word(epoch, epoch + 1);
    }
}

std::optional<slot_index> slot_table::find(interface_index interface, address_family family, vrid id) const
{
    const auto found = by_key_.find({interface.value, family, id.value});
    return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

const slot_settings* slot_table::settings(slot_index slot) const
{
    const auto found = entries_.find(slot.value);
    return found == entries_.end() ? nullptr : &found->second.settings;
}

std::uint32_t slot_table::generation(slot_index slot) const
{
    return slot.value < XVRRP_MAX_SLOTS ? config(slot).generation : 0;
}

xvrrp_secret slot_table::secret(slot_index slot) const
{
    const slot_settings* owner = settings(slot);
    return owner == nullptr ? xvrrp_secret{} : secret_of(*owner);
}

std::optional<xvrrp_peer> slot_table::peer(slot_index slot, const ip_address& source) const
{
    const auto found = entries_.find(slot.value);
    if (found == entries_.end()) {
        return std::nullopt;
    }
    const auto peer = found->second.peers.find(source);
    return peer == found->second.peers.end() ? std::nullopt : std::optional(peer_map::value_of(peer->second));
}

} // namespace xvrrp::datapath
