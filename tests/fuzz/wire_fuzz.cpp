// SPDX-License-Identifier: BSD-2-Clause
//
// Decoding of any bytes, and that what was decoded is encoded into what decodes to the same.
// Input: one byte (bit 0: IPv6), then the message.
#include <vector>

#include "core/checksum.hpp"
#include "core/wire.hpp"
#include "fuzz/fuzz_input.hpp"
#include "unit/right_sum.hpp"

namespace xvrrp::fuzz {
namespace {

using core::wire::checksum_form;

struct ends {
    ip_address source;
    ip_address destination;
};

ends ends_of(bool ipv6)
{
    if (ipv6) {
        return {*ip_address::parse("fe80::1"), *ip_address::parse("ff02::12")};
    }
    return {*ip_address::parse("192.0.2.1"), *ip_address::parse("224.0.0.18")};
}

bool same(const core::wire::advertisement& a, const core::wire::advertisement& b)
{
    return a.version == b.version && a.vrid == b.vrid && a.priority == b.priority && a.interval == b.interval &&
           a.addresses == b.addresses && a.password == b.password;
}

/// Interval 0 is decoded, for whoever wants to say so, and never encoded (RX-09).
core::wire::advertisement sendable(core::wire::advertisement message)
{
    if (message.interval == duration::zero()) {
        const bool v2 = message.version == vrrp_version::v2;
        message.interval = v2 ? duration(std::chrono::seconds(1)) : duration(std::chrono::milliseconds(10));
    }
    return message;
}

void check(std::span<const std::uint8_t> bytes, const ends& between)
{
    const auto fields = core::wire::decode_header(bytes);
    const auto message = core::wire::decode(bytes, between.source, between.destination);
    if (!message) {
        return;
    }
    require(fields.has_value(), "a message without a header");
    require(fields->vrid == message->vrid && fields->priority == message->priority &&
                fields->interval == message->interval && fields->address_count == message->addresses.size(),
            "header and message differ");
    for (const checksum_form form : {checksum_form::pseudo_header, checksum_form::message_only}) {
        const auto sent = sendable(*message);
        const auto encoded = core::wire::encode(sent, between.source, between.destination, form);
        require(encoded.size() == bytes.size(), "another length after a round trip");
        const auto again = core::wire::decode(encoded, between.source, between.destination);
        require(again.has_value() && same(*again, sent), "another message after a round trip");
    }
}

std::vector<std::uint8_t> with_right_sum(std::span<const std::uint8_t> bytes, const ends& between, bool pseudo_header)
{
    std::vector<std::uint8_t> message(bytes.begin(), bytes.end());
    core::internet_checksum sum;
    if (pseudo_header) {
        sum.add_pseudo_header(between.source, between.destination, static_cast<std::uint16_t>(message.size()));
    }
    test::put_right_sum(message, sum);
    return message;
}

} // namespace
} // namespace xvrrp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace xvrrp::fuzz;
    choices input({data, size});
    const ends between = ends_of((input.byte() & 1) != 0);
    const auto bytes = input.rest();
    check(bytes, between);
    if (bytes.size() >= 8) {
        check(with_right_sum(bytes, between, true), between);
        check(with_right_sum(bytes, between, false), between);
    }
    return 0;
}
