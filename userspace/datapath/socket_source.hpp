// SPDX-License-Identifier: BSD-2-Clause
//
// A packet socket on one interface: how adverts are heard without XDP. Owned by the datapath, called on its thread.
//
// A socket's full queue keeps what came first and loses what came last, unlike the record that XDP keeps. The queue is
// made large enough for some seconds of many routers' adverts; what is lost nevertheless is counted in lost().
#pragma once

#include <memory>

#include "datapath/event_source.hpp"
#include "datapath/receive_clock.hpp"
#include "datapath/software_path.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::datapath {

class socket_source {
public:
    /// Hears untagged IPv4 and IPv6 datagrams of protocol 112 from now on. Needs CAP_NET_RAW.
    static result<socket_source> open(interface_index interface);
    socket_source(socket_source&&) noexcept;
    socket_source& operator=(socket_source&&) noexcept;
    ~socket_source();

    [[nodiscard]] int fd() const { return socket_.get(); }
    /// False once the interface is gone: a new one of the same number needs a new socket.
    [[nodiscard]] bool alive() const;
    /// At most `limit` packets, in the order of their arrival, through `path`.
    drained drain(const event_source::sink& to, std::size_t limit, software_path& path, const slot_table& slots);
    [[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
    struct batch;
    socket_source(descriptor socket, interface_index interface);
    void take(std::size_t index, const receive_clock::reading& now, const event_source::sink& to, software_path& path,
              const slot_table& slots);
    void count_lost();

    descriptor socket_;
    interface_index interface_;
    receive_clock clock_;
    std::unique_ptr<batch> batch_;
    std::uint64_t lost_ = 0;
};

} // namespace xvrrp::datapath
