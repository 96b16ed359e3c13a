// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/advert_sender.hpp"

#include <utility>

namespace xvrrp::runtime {

namespace {

core::wire::advertisement message_of(const vrrp_instance& config)
{
    core::wire::advertisement message{
        .version = config.version,
        .vrid = config.vrid,
        .priority = config.priority,
        .interval = config.advert_interval,
        .addresses = {},
        .password = config.auth_pass,
    };
    for (const virtual_address& each : config.virtual_addresses) {
        message.addresses.push_back(each.address);
    }
    return message;
}

} // namespace

result<void> advert_sender::configure(const vrrp_instance& config, const plan::router_plan& plan)
{
    ++revision_;
    message_ = message_of(config);
    form_ = config.checksum_as_v2 ? core::wire::checksum_form::message_only : core::wire::checksum_form::pseudo_header;
    net::advert_socket_settings wanted{
        .interface = plan.link->index,
        .source = *plan.source,
        .group = config.multicast_group,
        .peers = plan.peers,
        .unicast_ttl = config.unicast_ttl,
    };
    if (socket_ && wanted == settings_) {
        return {};
    }
    result<net::advert_socket> opened = net::advert_socket::open(wanted);
    if (!opened) {
        return fail_within(config.interface, opened.error());
    }
    socket_ = std::move(*opened);
    settings_ = std::move(wanted);
    return {};
}

void advert_sender::close()
{
    socket_.reset();
}

result<void> advert_sender::send(priority what)
{
    if (!socket_) {
        return fail("no socket for adverts");
    }
    message_.priority = what;
    const auto send_to = [this](const ip_address& destination) {
        return socket_->send(core::wire::encode(message_, settings_.source, destination, form_), destination);
    };
    if (settings_.peers.empty()) {
        return send_to(settings_.group);
    }
    result<void> outcome;
    for (const ip_address& peer : settings_.peers) {
        if (result<void> sent = send_to(peer); !sent && outcome) {
            outcome = fail_within(peer.to_string(), sent.error());
        }
    }
    return outcome;
}

std::vector<farewell> advert_sender::farewells() const
{
    if (!socket_) {
        return {};
    }
    core::wire::advertisement last_words = message_;
    last_words.priority = leaving_priority;
    std::vector<farewell> made;
    for (const ip_address& destination : settings_.peers.empty() ? std::vector{settings_.group} : settings_.peers) {
        made.push_back({.destination = destination,
                        .message = core::wire::encode(last_words, settings_.source, destination, form_)});
    }
    return made;
}

} // namespace xvrrp::runtime
