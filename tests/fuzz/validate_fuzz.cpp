// SPDX-License-Identifier: BSD-2-Clause
//
// The receive checks that run in the kernel, as compiled here: they read nothing outside the packet, and they agree
// with core/wire about every message. Input: five bytes that choose the virtual router, then an IP datagram.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "core/checksum.hpp"
#include "core/wire.hpp"
#include "fuzz/fuzz_input.hpp"
#include "unit/right_sum.hpp"
#include "xvrrp/types.hpp"
#include "xvrrp/validate.h"

namespace xvrrp::fuzz {
namespace {

constexpr std::array<std::uint8_t, 8> password = {'m', 'y', 'p', 'a', 's', 's', 0, 0};

/// A packet in memory of exactly its size, so that AddressSanitizer sees a read beyond it.
class packet {
public:
    explicit packet(std::span<const std::uint8_t> bytes)
        : size_(bytes.size()), bytes_(std::make_unique<std::uint8_t[]>(bytes.size()))
    {
        std::ranges::copy(bytes, bytes_.get());
    }
    [[nodiscard]] std::uint8_t* begin() { return bytes_.get(); }
    [[nodiscard]] std::uint8_t* end() { return bytes_.get() + size_; }

private:
    std::size_t size_;
    std::unique_ptr<std::uint8_t[]> bytes_;
};

xvrrp_slot_config slot_from(choices& input, const xvrrp_datagram& datagram)
{
    xvrrp_slot_config slot{};
    slot.flags = input.byte() & 0xffU;
    slot.version = (input.byte() & 1) != 0 ? 2 : 3;
    slot.interval_seconds = input.byte();
    slot.family = datagram.family;
    // Mostly the addresses that fit, else nothing would get beyond them.
    const std::uint8_t addresses = input.byte();
    std::memcpy(slot.group, datagram.destination, sizeof(slot.group));
    std::memcpy(slot.source, datagram.destination, sizeof(slot.source));
    slot.source[0] ^= static_cast<std::uint8_t>(addresses & 1);
    slot.group[3] ^= static_cast<std::uint8_t>(addresses & 2);
    return slot;
}

struct verdict {
    xvrrp_drop_reason reason;
    xvrrp_header header;
};

verdict judge(const xvrrp_datagram& datagram, const xvrrp_slot_config& slot, const std::uint8_t* end)
{
    verdict result{};
    xvrrp_secret secret{};
    std::ranges::copy(password, secret.password);
    result.reason = xvrrp_read_header(&datagram, end, &result.header);
    if (result.reason == XVRRP_ACCEPTED) {
        std::uint8_t flags = 0;
        result.reason = xvrrp_check_advert(&datagram, &result.header, &slot, &secret, end, &flags);
    }
    return result;
}

/// Both readers are about the same bytes, so that what one accepts the other can't refuse for its shape.
void compare(const verdict& result, const xvrrp_datagram& datagram)
{
    const auto family = datagram.family == XVRRP_IPV4 ? address_family::ipv4 : address_family::ipv6;
    const auto source = ip_address::from_abi(family, datagram.source);
    const auto destination = ip_address::from_abi(family, datagram.destination);
    const auto message = core::wire::decode({datagram.message, datagram.length}, source, destination);
    const bool ipv6_version_2 = family == address_family::ipv6 && result.header.version == 2;
    if (ipv6_version_2) { // a slot that doesn't exist
        return;
    }
    switch (result.reason) {
    case XVRRP_DROP_TRUNCATED:
    case XVRRP_DROP_VERSION:
    case XVRRP_DROP_TYPE:
    case XVRRP_DROP_CHECKSUM:
    case XVRRP_DROP_NO_ADDRESSES:
    case XVRRP_DROP_LENGTH:
        require(!message, "discarded for its shape, but core/wire decodes it");
        return;
    case XVRRP_ACCEPTED:
        require(message.has_value(), "accepted, but core/wire doesn't decode it");
        require(message->vrid.value == result.header.vrid && message->priority.value == result.header.priority &&
                    message->interval == centiseconds(result.header.interval_cs),
                "both read different fields");
        return;
    default:
        return;
    }
}

void put_right_sum_in(packet& bytes, const xvrrp_datagram& datagram, bool pseudo_header)
{
    const std::span message(bytes.begin() + (datagram.message - bytes.begin()), datagram.length);
    if (message.size() < 8) {
        return;
    }
    core::internet_checksum sum;
    if (pseudo_header) {
        const auto family = datagram.family == XVRRP_IPV4 ? address_family::ipv4 : address_family::ipv6;
        sum.add_pseudo_header(ip_address::from_abi(family, datagram.source),
                              ip_address::from_abi(family, datagram.destination),
                              static_cast<std::uint16_t>(message.size()));
    }
    test::put_right_sum(message, sum);
}

} // namespace
} // namespace xvrrp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace xvrrp::fuzz;
    constexpr std::size_t settings_bytes = 5;
    if (size < settings_bytes) {
        return 0;
    }
    choices input({data, settings_bytes});
    packet bytes({data + settings_bytes, size - settings_bytes});
    const std::uint8_t how = input.byte();
    xvrrp_datagram datagram{};
    const bool is_advert = (how & 1) != 0 ? xvrrp_parse_ipv6(bytes.begin(), bytes.end(), &datagram)
                                          : xvrrp_parse_ipv4(bytes.begin(), bytes.end(), &datagram);
    if (!is_advert) {
        return 0;
    }
    require(datagram.message >= bytes.begin() && datagram.message + datagram.length <= bytes.end(),
            "the message isn't inside the packet");
    const xvrrp_slot_config slot = slot_from(input, datagram);
    compare(judge(datagram, slot, bytes.end()), datagram);
    put_right_sum_in(bytes, datagram, (how & 2) != 0);
    compare(judge(datagram, slot, bytes.end()), datagram);
    return 0;
}
