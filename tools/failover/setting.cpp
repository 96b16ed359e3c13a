// SPDX-License-Identifier: BSD-2-Clause
//
// Contenders and failures (see setting.hpp).
#include "failover/setting.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "failover/units.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<daemon_kind, std::string_view>, 3> daemons{
    {{daemon_kind::xvrrp, "xvrrp"}, {daemon_kind::keepalived, "keepalived"}, {daemon_kind::frr, "frr"}}};

constexpr std::array<std::pair<failure_kind, std::string_view>, 7> failures{{{failure_kind::cut, "cut"},
                                                                             {failure_kind::kill, "kill"},
                                                                             {failure_kind::kill_all, "kill-all"},
                                                                             {failure_kind::term, "term"},
                                                                             {failure_kind::hang, "hang"},
                                                                             {failure_kind::link_down, "link-down"},
                                                                             {failure_kind::priority, "priority"}}};

template <class Kind, std::size_t Size>
std::string_view find_name(const std::array<std::pair<Kind, std::string_view>, Size>& table, Kind wanted)
{
    for (const auto& [kind, name] : table) {
        if (kind == wanted) {
            return name;
        }
    }
    return "";
}

template <class Kind, std::size_t Size>
result<Kind> find_kind(const std::array<std::pair<Kind, std::string_view>, Size>& table, std::string_view wanted)
{
    std::string known;
    for (const auto& [kind, name] : table) {
        if (name == wanted) {
            return kind;
        }
        known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
    }
    return fail(fmt::format("{}: not one of {}", wanted, known));
}

} // namespace

std::string_view name_of(daemon_kind daemon)
{
    return find_name(daemons, daemon);
}

std::string_view name_of(failure_kind failure)
{
    return find_name(failures, failure);
}

result<daemon_kind> parse_daemon(std::string_view name)
{
    return find_kind(daemons, name);
}

result<failure_kind> parse_failure(std::string_view name)
{
    return find_kind(failures, name);
}

std::string label(const setting& contender)
{
    std::string text = fmt::format("{}, adverts {}", name_of(contender.daemon), to_text(contender.advert));
    if (contender.daemon == daemon_kind::xvrrp && !contender.probing) {
        text += ", no probes";
    } else if (contender.daemon == daemon_kind::xvrrp) {
        text += contender.detect
                    ? fmt::format(", probes {} × {}", to_text(contender.detect->interval), contender.detect->multiplier)
                    : ", probes by default";
    }
    if (contender.routers == setting{}.routers) {
        return text;
    }
    return text + (contender.routers == 1 ? ", alone" : fmt::format(", {} routers", contender.routers));
}

unsigned priority_of(unsigned index)
{
    return 200 - 50 * index;
}

result<void> check(const setting& contender, failure_kind failure)
{
    if (contender.advert < 10ms || contender.advert > 40950ms || contender.advert % 10ms != 0ns) {
        return fail(to_text(contender.advert) + ": adverts go out every 10 ms to 40.95 s, in steps of 10 ms");
    }
    if (contender.routers < 1 || contender.routers > max_routers) {
        return fail(fmt::format("{} routers: 1 to {} are possible", contender.routers, max_routers));
    }
    if (contender.daemon == daemon_kind::frr && failure == failure_kind::priority) {
        return fail("frr reads no changed file while it runs, so its priority can't be lowered that way");
    }
    return {};
}

duration longest_silence(const setting& contender)
{
    return 4 * contender.advert;
}

} // namespace xvrrp::failover
