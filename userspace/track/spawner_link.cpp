// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/spawner_link.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace xvrrp::track {

run_id spawner_link::run(run_request what)
{
    what.id = {++last_.value};
    const run_id id = what.id;
    const flight& added = in_flight_[id] = {.request = std::move(what)};
    if (connected_) {
        send(added.request);
    } else if (!std::exchange(knocked_, true)) {
        send(knock{});
    }
    return id;
}

void spawner_link::stop(run_id id)
{
    const auto found = in_flight_.find(id);
    if (found == in_flight_.end()) {
        return;
    }
    if (connected_) {
        found->second.stopped = true;
        send(stop_request{id});
    } else {
        in_flight_.erase(found);
    }
}

std::vector<spawner_link::news> spawner_link::receive()
{
    std::vector<news> out;
    std::array<std::byte, longest_message> room; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    ssize_t length = 0;
    while ((length = ::recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT)) > 0) {
        if (const auto what = decode_report(std::span(room).first(static_cast<std::size_t>(length)))) {
            take(*what, out);
        }
    }
    gone_ = gone_ || length == 0;
    flush();
    return out;
}

void spawner_link::take(const report& what, std::vector<news>& out)
{
    if (std::holds_alternative<hello>(what)) {
        greet(out);
        return;
    }
    if (const auto* late = std::get_if<timed_out>(&what)) {
        const auto found = in_flight_.find(late->id);
        if (found != in_flight_.end() && !found->second.stopped) {
            found->second.timed_out = true;
            out.push_back({.id = late->id, .result = {.how = run_result::kind::timed_out, .value = 0}});
        }
        return;
    }
    const auto& end = std::get<ended>(what);
    const auto node = in_flight_.extract(end.id);
    if (!node.empty() && !node.mapped().stopped) {
        out.push_back({.id = end.id, .result = end.result, .over = true});
    }
}

/// A new spawner. Of what the last one had begun to end, only the end is of interest.
void spawner_link::greet(std::vector<news>& out)
{
    unsent_.clear();
    connected_ = true;
    knocked_ = false;
    send(begin{});
    for (auto each = in_flight_.begin(); each != in_flight_.end();) {
        const flight& run = each->second;
        if (!run.timed_out && !run.stopped) {
            send(run.request);
            ++each;
            continue;
        }
        if (!run.stopped) {
            out.push_back(
                {.id = each->first, .result = {.how = run_result::kind::timed_out, .value = 0}, .over = true});
        }
        each = in_flight_.erase(each);
    }
}

void spawner_link::send(const request& what)
{
    unsent_.push_back(encode(what));
    flush();
}

void spawner_link::flush()
{
    while (!unsent_.empty()) {
        const std::vector<std::byte>& first = unsent_.front();
        if (::send(socket_.get(), first.data(), first.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
            (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        unsent_.pop_front();
    }
}

} // namespace xvrrp::track
