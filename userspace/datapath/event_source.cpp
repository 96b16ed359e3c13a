// SPDX-License-Identifier: BSD-2-Clause
//
// ring_buffer__consume() knows no limit, but stops behind the record whose callback returns a negative value: that
// record is used up, the following ones stay.
#include "datapath/event_source.hpp"

#include <bpf/libbpf.h>

#include <cerrno>

#include "datapath/libbpf_messages.hpp"

namespace xvrrp::datapath {

void event_source::release::operator()(ring_buffer* ring) const
{
    ::ring_buffer__free(ring);
}

result<event_source> event_source::open(int events_map)
{
    const libbpf_messages messages;
    event_source source;
    source.ring_.reset(::ring_buffer__new(events_map, take, source.visit_.get(), nullptr));
    if (!source.ring_) {
        return std::unexpected(
            error{.what = "cannot open the ring buffer vrrp_events: " + messages.explain(errno), .code = errno});
    }
    return source;
}

int event_source::take(void* context, void* record, std::size_t size)
{
    auto& now = *static_cast<visit*>(context);
    if (size >= sizeof(xvrrp_event)) {
        (*now.to)(*static_cast<const xvrrp_event*>(record));
    }
    return --now.left == 0 ? -ECANCELED : 0;
}

drained event_source::drain(const sink& to, std::size_t limit)
{
    if (limit == 0) {
        return {.taken = 0, .more = true};
    }
    *visit_ = {.to = &to, .left = limit};
    const int consumed = ::ring_buffer__consume(ring_.get());
    return {.taken = limit - visit_->left, .more = consumed < 0};
}

} // namespace xvrrp::datapath
