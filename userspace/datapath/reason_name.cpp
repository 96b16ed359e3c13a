// SPDX-License-Identifier: BSD-2-Clause
//
// Names of the drop reasons. They are part of the JSON and metrics interface: a name never changes its meaning.
#include "datapath/datapath.hpp"

namespace xvrrp::datapath {

std::string_view reason_name(xvrrp_drop_reason reason)
{
    switch (reason) {
    case XVRRP_ACCEPTED:
        return "accepted";
    case XVRRP_DROP_TRUNCATED:
        return "truncated";
    case XVRRP_DROP_VERSION:
        return "version";
    case XVRRP_DROP_TYPE:
        return "type";
    case XVRRP_PASS_UNKNOWN_VRID:
        return "unknown_vrid";
    case XVRRP_DROP_VERSION_MISMATCH:
        return "version_mismatch";
    case XVRRP_DROP_CHECKSUM:
        return "checksum";
    case XVRRP_DROP_TTL:
        return "ttl";
    case XVRRP_DROP_NO_ADDRESSES:
        return "no_addresses";
    case XVRRP_DROP_LENGTH:
        return "length";
    case XVRRP_DROP_AUTH_TYPE:
        return "auth_type";
    case XVRRP_DROP_AUTH_PASSWORD:
        return "auth_password";
    case XVRRP_DROP_INTERVAL_ZERO:
        return "interval_zero";
    case XVRRP_DROP_INTERVAL_MISMATCH:
        return "interval_mismatch";
    case XVRRP_DROP_NOT_LINK_LOCAL:
        return "not_link_local";
    case XVRRP_DROP_DESTINATION:
        return "destination";
    case XVRRP_DROP_OWN_ADDRESS:
        return "own_address";
    case XVRRP_DROP_SOURCE:
        return "source";
    case XVRRP_DROP_PROBE_TTL:
        return "probe_ttl";
    case XVRRP_DROP_PROBE_MALFORMED:
        return "probe_malformed";
    case XVRRP_DROP_PROBE_PORT:
        return "probe_port";
    case XVRRP_DROP_PROBE_DISCRIMINATOR:
        return "probe_discriminator";
    case XVRRP_DROP_PROBE_SOURCE:
        return "probe_source";
    case XVRRP_DROP_PROBE_RATE:
        return "probe_rate";
    case XVRRP_DROP_REPLY:
        return "reply";
    case XVRRP_REASONS:
        break;
    }
    return "unknown";
}

} // namespace xvrrp::datapath
