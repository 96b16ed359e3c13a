// SPDX-License-Identifier: BSD-2-Clause
//
// Decoding of any bytes as S-BFD: what was decoded is encoded into what decodes to the same, and what the reflector
// makes of it is an answer that no reflector answers. Input: one byte (bit 0: in control; bit 1: the probe is to us,
// whatever it says), then the packet.
#include <vector>

#include "core/sbfd.hpp"
#include "fuzz/fuzz_input.hpp"

namespace xvrrp::fuzz {
namespace {

namespace sbfd = core::sbfd;

constexpr std::uint32_t ours = 0xc0000201;

void check_reflection(const sbfd::control& probe, std::uint32_t own, bool in_control)
{
    const auto reply = sbfd::reflect(probe, own, in_control);
    const bool to_us = probe.demand && probe.your_discriminator == own;
    require(reply.has_value() == to_us, "answers what isn't for it, or doesn't what is");
    if (!reply) {
        return;
    }
    require(reply->my_discriminator == own && reply->your_discriminator == probe.my_discriminator, "discriminators");
    require(reply->sta == (in_control ? sbfd::state::up : sbfd::state::admin_down), "state");
    require(reply->final == probe.poll && !reply->poll && !reply->demand, "bits");
    require(sbfd::decode(sbfd::encode(*reply)) == reply, "a reply that isn't well-formed");
    require(!sbfd::reflect(*reply, reply->your_discriminator, true), "an answer that is answered");
}

void check(std::span<const std::uint8_t> bytes, std::uint8_t flags)
{
    const auto packet = sbfd::decode(bytes);
    if (!packet) {
        return;
    }
    require(packet->detect_mult != 0 && packet->my_discriminator != 0, "what RFC 5880 6.8.6 discards");
    require(sbfd::decode(sbfd::encode(*packet)) == packet, "another packet after a round trip");
    const std::uint32_t own = (flags & 2) != 0 && packet->your_discriminator != 0 ? packet->your_discriminator : ours;
    check_reflection(*packet, own, (flags & 1) != 0);
}

} // namespace
} // namespace xvrrp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace xvrrp::fuzz;
    choices input({data, size});
    const std::uint8_t flags = input.byte();
    check(input.rest(), flags);
    std::vector<std::uint8_t> mended(input.rest().begin(), input.rest().end());
    if (mended.size() >= 4) { // most inputs would end at the version or the length
        mended[0] = static_cast<std::uint8_t>(0x20U | (mended[0] & 0x1fU));
        mended[1] &= 0xfaU;
        mended[3] = 24;
        check(mended, flags);
    }
    return 0;
}
