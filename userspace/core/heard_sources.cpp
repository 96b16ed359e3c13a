// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "core/heard_sources.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace xvrrp::core {

heard_sources::entry* heard_sources::find(const ip_address& source)
{
    for (entry& known : std::span(entries_).first(used_)) {
        if (known.source == source) {
            return &known;
        }
    }
    return nullptr;
}

bool heard_sources::is_new(const ip_address& source, time_point stamp)
{
    if (entry* known = find(source)) {
        if (stamp <= known->stamp) {
            return false;
        }
        known->stamp = stamp;
        return true;
    }
    const entry fresh{.source = source, .stamp = stamp, .told = false};
    if (used_ < capacity) {
        entries_[used_++] = fresh;
    } else {
        *std::ranges::min_element(entries_, {}, &entry::stamp) = fresh;
    }
    return true;
}

bool heard_sources::tell_once(const ip_address& source)
{
    entry* known = find(source);
    return known != nullptr && !std::exchange(known->told, true);
}

void heard_sources::forget_told()
{
    for (entry& known : entries_) {
        known.told = false;
    }
}

} // namespace xvrrp::core
