// SPDX-License-Identifier: BSD-2-Clause
//
// What the watching thread does for the whole of its life.
#pragma once

#include "track/handover.hpp"
#include "track/watch_messages.hpp"

namespace xvrrp::track {

/// Ends when the other end of `wishes` is gone.
void be_watcher(handover_receiver<watch_wish> wishes, handover_sender<watch_news> news);

} // namespace xvrrp::track
