// SPDX-License-Identifier: BSD-2-Clause
//
// The consumer of vrrp_events. Owned by the datapath, called on its thread.
#pragma once

#include <functional>
#include <memory>

#include "xvrrp/abi.h"
#include "xvrrp/result.hpp"

struct ring_buffer;

namespace xvrrp::datapath {

/// What came of one visit to a source of adverts.
struct drained {
    std::size_t taken = 0; ///< records or packets used up, whether or not they led to an event
    bool more = false;     ///< stopped at the limit, so there may be more
};

class event_source {
public:
    using sink = std::function<void(const xvrrp_event&)>;

    static result<event_source> open(int events_map);
    event_source(event_source&&) noexcept = default;
    event_source& operator=(event_source&&) noexcept = default;
    ~event_source() = default;

    /// At most `limit` records, oldest first.
    drained drain(const sink& to, std::size_t limit);

private:
    struct release {
        void operator()(ring_buffer* ring) const;
    };
    /// What the callback sees; its address is given to libbpf once.
    struct visit {
        const sink* to = nullptr;
        std::size_t left = 0;
    };
    static int take(void* context, void* record, std::size_t size);

    event_source() = default;

    std::unique_ptr<visit> visit_ = std::make_unique<visit>();
    std::unique_ptr<ring_buffer, release> ring_;
};

} // namespace xvrrp::datapath
