// SPDX-License-Identifier: BSD-2-Clause
//
// Configuration files (see configuration.hpp).
#include "failover/configuration.hpp"

#include <fmt/format.h>

#include "failover/units.hpp"
#include "lab/segment.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

std::string detection_line(const detection& detect)
{
    const std::string line =
        fmt::format("fast_detect interval {} multiplier {}", to_text(detect.interval), detect.multiplier);
    return detect.hang_limit ? line + " hang_limit " + to_text(*detect.hang_limit) : line;
}

} // namespace

std::string configuration(const setting& contender, unsigned priority)
{
    const bool whole_seconds = contender.advert % 1s == 0ns;
    const bool ours = contender.daemon == daemon_kind::xvrrp;
    std::string text;
    if (ours) {
        text += fmt::format("global_defs {{\n  xdp_mode {}\n}}\n", contender.xdp_mode);
    }
    text += fmt::format("vrrp_instance {} {{\n"
                        "  state BACKUP\n"
                        "  interface {}\n"
                        "  virtual_router_id {}\n"
                        "  priority {}\n"
                        "  version {}\n"
                        "  advert_int {:g}\n"
                        "  virtual_ipaddress {{\n    {}\n  }}\n",
                        instance_name, lab::host_interface, virtual_router, priority, whole_seconds ? 2 : 3,
                        milliseconds(contender.advert) / 1e3, virtual_address);
    if (ours && !contender.probing) {
        text += "  fast_detect off\n";
    } else if (ours && contender.detect) {
        text += fmt::format("  {}\n", detection_line(*contender.detect));
    }
    return text + "}\n";
}

} // namespace xvrrp::failover
