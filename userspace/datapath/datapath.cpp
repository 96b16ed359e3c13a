// SPDX-License-Identifier: BSD-2-Clause
//
// The facade: opens what the parts below need in the right order, and sends each question to the half that knows the
// answer.
#include "datapath/datapath.hpp"

#include <fmt/format.h>

#include "datapath/datapath_state.hpp"
#include "datapath/drop_map.hpp"
#include "datapath/records.hpp"

namespace xvrrp::datapath {

namespace {

/// Whether to go on without a pin directory: who has no right to make one, or a kernel without bpffs, can't have BPF.
/// A directory in use and one on the wrong filesystem are mistakes that a user must hear of.
bool can_do_without(const error& why, bool allow_bpf)
{
    return why.code != EBUSY && (!allow_bpf || why.code != ENOTSUP);
}

template <class Value> maps::array_memory<Value> own_memory(std::size_t count)
{
    return maps::array_memory<Value>::allocate(count);
}

} // namespace

datapath::state::state(std::optional<pin_directory> directory, std::optional<bpf_half> bpf,
                       std::optional<std::string> why_not)
    : pins(std::move(directory)), refusal(std::move(why_not)),
      death_refusal(bpf ? std::move(bpf->death_refusal)
                        : "without BPF, the kernel doesn't tell of this process's death"),
      slots(bpf ? std::move(bpf->config) : own_memory<xvrrp_slot_config>(XVRRP_MAX_SLOTS),
            bpf ? std::optional(bpf->objects.maps()) : std::nullopt),
      vips(bpf ? std::move(bpf->vip_bits) : own_memory<xvrrp_vip_bits>(1),
           bpf ? std::optional(bpf->objects.maps()) : std::nullopt),
      control(bpf ? std::move(bpf->control) : own_memory<xvrrp_control>(1)),
      reflectors(bpf ? std::optional(bpf->objects.maps()) : std::nullopt),
      probes(bpf ? std::move(bpf->probes) : own_memory<xvrrp_session>(XVRRP_MAX_SESSIONS)),
      replies(bpf ? std::move(bpf->replies) : own_memory<xvrrp_session_record>(XVRRP_MAX_SESSIONS)),
      interfaces(std::nullopt, nullptr)
{
    if (bpf) {
        objects = std::move(bpf->objects);
        events = std::move(bpf->events);
    }
    interfaces =
        interface_table(objects ? std::optional(xdp_means{&*objects, &*pins}) : std::nullopt, pins ? &*pins : nullptr);
}

bool datapath::state::heard_by_xdp(interface_index interface) const
{
    const auto* attached = interfaces.find(interface);
    return attached != nullptr && attached->link.has_value();
}

router_record datapath::state::read_kernel(slot_index slot) const
{
    xvrrp_router_record record{};
    if (slots.settings(slot) == nullptr ||
        ::bpf_map_lookup_elem_flags(objects->maps().routers, &slot.value, &record, BPF_F_LOCK) != 0) {
        return {};
    }
    return to_router_record(record, slots.config(slot));
}

drained datapath::state::drain_ring(const event_source::sink& to, std::size_t limit)
{
    const event_source::sink current = [&](const xvrrp_event& event) {
        if (slots.generation({event.slot}) == event.generation) {
            to(event);
        }
    };
    return events->drain(current, limit);
}

datapath::datapath(std::unique_ptr<state> owned) : state_(std::move(owned)) {}
datapath::datapath(datapath&&) noexcept = default;
datapath& datapath::operator=(datapath&&) noexcept = default;
datapath::~datapath() = default;

result<datapath> datapath::open(const options& how)
{
    auto opened = pin_directory::open(how.pin_directory, how.allow_bpf ? pin_directory::if_missing::create
                                                                       : pin_directory::if_missing::fail);
    if (!opened && !can_do_without(opened.error(), how.allow_bpf)) {
        return std::unexpected(opened.error());
    }
    std::optional<pin_directory> pins;
    if (opened) {
        pins = std::move(*opened);
    }
    std::optional<std::string> refusal;
    std::optional<bpf_half> bpf;
    if (how.allow_bpf) {
        auto loaded = pins ? bpf_half::open(*pins) : result<bpf_half>(std::unexpected(opened.error()));
        if (loaded) {
            bpf = std::move(*loaded);
        } else {
            refusal = fmt::format("no BPF ({}), {}", loaded.error().what, lost_with_a_socket);
        }
    }
    return datapath(std::make_unique<state>(std::move(pins), std::move(bpf), std::move(refusal)));
}

void datapath::close_cleanly()
{
    if (!state_) {
        return;
    }
    state_->interfaces.drop_leftovers();
    while (!state_->interfaces.all().empty()) {
        state_->interfaces.detach({state_->interfaces.all().begin()->first});
    }
    if (state_->pins) {
        state_->pins->remove();
    }
    state_.reset();
}

const std::optional<std::string>& datapath::bpf_refusal() const
{
    return state_->refusal;
}

result<attachment> datapath::attach(interface_index interface, const std::string& name, xdp_mode wanted)
{
    return state_->interfaces.attach(interface, name, wanted);
}

void datapath::detach(interface_index interface)
{
    state_->interfaces.detach(interface);
    state_->software.forget(interface);
}

bool datapath::still_hears(interface_index interface) const
{
    const auto* attached = state_->interfaces.find(interface);
    return attached != nullptr && attached->alive();
}

void datapath::drop_leftover_links()
{
    state_->interfaces.drop_leftovers();
}

result<slot_index> datapath::add_router(const slot_settings& settings)
{
    if (state_->interfaces.find(settings.interface) == nullptr) {
        return fail(fmt::format("interface {} isn't attached", settings.interface.value));
    }
    return state_->slots.add(settings);
}

result<void> datapath::change_router(slot_index slot, const slot_settings& settings)
{
    return state_->slots.change(slot, settings);
}

void datapath::remove_router(slot_index slot)
{
    state_->slots.remove(slot);
}

void datapath::store_state(slot_index slot, const slot_state& now) noexcept
{
    state_->slots.store(slot, now);
}

result<void> datapath::add_vip(const vip& which, slot_index slot)
{
    if (state_->interfaces.find(which.interface) == nullptr) {
        return fail(fmt::format("{}: interface {} isn't attached", which.address.to_string(), which.interface.value));
    }
    return state_->vips.add(which, slot);
}

void datapath::remove_vip(const vip& which)
{
    state_->vips.remove(which);
}

router_record datapath::read_router(slot_index slot) const
{
    const slot_settings* owner = state_->slots.settings(slot);
    if (owner == nullptr) {
        return {};
    }
    if (state_->heard_by_xdp(owner->interface)) {
        return state_->read_kernel(slot);
    }
    router_record record = state_->software.read(slot, state_->slots);
    const auto* attached = state_->interfaces.find(owner->interface);
    record.lost = attached != nullptr && attached->socket ? attached->socket->lost() : 0;
    return record;
}

std::vector<drop_counters> datapath::read_drops() const
{
    std::vector<drop_counters> all = state_->software.read_drops();
    for (const auto& [index, attached] : state_->interfaces.all()) {
        if (attached.link) {
            drop_map::read(state_->objects->maps().drops, {index}, all);
        }
    }
    return all;
}

std::vector<vip_counters> datapath::read_vips() const
{
    return state_->vips.read(state_->slots);
}

std::vector<int> datapath::fds() const
{
    std::vector<int> all;
    if (state_->events) {
        all.push_back(state_->objects->maps().events);
    }
    for (const auto& [unused, attached] : state_->interfaces.all()) {
        if (attached.socket) {
            all.push_back(attached.socket->fd());
        }
    }
    return all;
}

bool datapath::drain(const std::function<void(const xvrrp_event&)>& sink, std::size_t limit)
{
    std::vector<std::function<drained(std::size_t)>> sources;
    if (state_->events) {
        sources.emplace_back([&](std::size_t share) { return state_->drain_ring(sink, share); });
    }
    for (auto& [unused, attached] : state_->interfaces.all()) {
        if (attached.socket) {
            sources.emplace_back([&](std::size_t share) {
                return attached.socket->drain(sink, share, state_->software, state_->slots);
            });
        }
    }
    // Equal shares of what is left, and another source first in the next call: a flood on one interface starves no
    // other.
    bool more = false;
    for (std::size_t visited = 0; visited < sources.size(); ++visited) {
        const std::size_t remaining = sources.size() - visited;
        const auto& source = sources[(state_->first_source + visited) % sources.size()];
        const drained visit = source((limit + remaining - 1) / remaining);
        limit -= visit.taken;
        more |= visit.more;
    }
    ++state_->first_source;
    return more;
}

} // namespace xvrrp::datapath
