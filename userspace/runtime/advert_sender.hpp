// SPDX-License-Identifier: BSD-2-Clause
//
// One virtual router's voice: its socket and what its adverts say. Belongs to the loop's thread.
#pragma once

#include <optional>
#include <vector>

#include "core/wire.hpp"
#include "net/advert_socket.hpp"
#include "plan/router_plan.hpp"
#include "runtime/publication.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

class advert_sender {
public:
    /// Opens the socket, or opens it anew if what it depends on changed. The plan has a link and a source.
    result<void> configure(const vrrp_instance& config, const plan::router_plan& plan);
    void close();
    [[nodiscard]] bool is_open() const { return socket_.has_value(); }

    /// One advert to the group, or to each peer; the first failure is reported after all were tried.
    result<void> send(priority what);

    /// The adverts of priority 0 that send() would send.
    [[nodiscard]] std::vector<farewell> farewells() const;
    /// Changes whenever the farewells may have.
    [[nodiscard]] unsigned revision() const { return revision_; }

private:
    std::optional<net::advert_socket> socket_;
    net::advert_socket_settings settings_;
    core::wire::advertisement message_;
    core::wire::checksum_form form_ = core::wire::checksum_form::pseudo_header;
    unsigned revision_ = 0;
};

} // namespace xvrrp::runtime
