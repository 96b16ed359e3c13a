// SPDX-License-Identifier: BSD-2-Clause
//
// The daemon's end of the socket to its spawner: asks for runs, and hears how they ended. Never waits. What a spawner
// that dies had not finished is asked for again of the next one. Belongs to the loop's thread.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "track/spawner_messages.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::track {

class spawner_link {
public:
    /// `socket` doesn't block.
    explicit spawner_link(descriptor socket) : socket_(std::move(socket)) {}

    [[nodiscard]] int fd() const { return socket_.get(); }

    /// The number in `what` is given here.
    run_id run(run_request what);
    /// Its end isn't reported.
    void stop(run_id id);

    struct news {
        run_id id;
        run_result result;
        bool over = false; ///< the process is gone: no more news of this run. Not so after timed_out
    };
    /// What has come since; also sends what the socket didn't take before.
    [[nodiscard]] std::vector<news> receive();

    /// Something waits to be sent: receive() from time to time, reports or none.
    [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }
    /// Neither spawner nor supervisor is left: nothing will be run or reported any more.
    [[nodiscard]] bool gone() const { return gone_; }

private:
    struct flight {
        run_request request;
        bool timed_out = false;
        bool stopped = false;
    };

    void send(const request& what);
    void flush();
    void greet(std::vector<news>& out);
    void take(const report& what, std::vector<news>& out);

    descriptor socket_;
    std::map<run_id, flight> in_flight_;
    std::deque<std::vector<std::byte>> unsent_;
    run_id last_{};
    bool connected_ = false; ///< a spawner has said hello
    bool knocked_ = false;
    bool gone_ = false;
};

} // namespace xvrrp::track
