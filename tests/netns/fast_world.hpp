// SPDX-License-Identifier: BSD-2-Clause
//
// What the tests of fast failure detection share: three routers with adverts once a second that probe each other, and
// what xvrrpctl tells of sessions and takeovers.
#pragma once

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/json.hpp"
#include "daemon_world.hpp"

namespace xvrrp::test {

/// What a takeover may take that needs no advert timer: far from the detection time, on a busy machine, and far from
/// the three seconds that it takes without probes.
inline constexpr auto well_before_any_timer = 500ms;

inline constexpr const char* probes_10ms = "fast_detect interval 10ms multiplier 3";

inline instance_text probing_instance(unsigned priority, const std::string& detection = probes_10ms)
{
    instance_text instance;
    instance.version = 3;
    instance.priority = priority;
    instance.more = {detection};
    return instance;
}

inline std::vector<control::session_status> sessions_of(const xvrrpd& router)
{
    const auto answer = router.ctl({"sessions", "--json"});
    if (!answer.ok()) {
        return {};
    }
    return must(control::sessions_from_json(nlohmann::json::parse(answer.output)));
}

inline bool waits_for_session(const xvrrpd& router, const std::string& state)
{
    return eventually(15s, [&] {
        const auto all = sessions_of(router);
        return all.size() == 1 && all[0].state == state;
    });
}

inline std::vector<control::failover_report> failovers_of(const xvrrpd& router)
{
    const auto answer = router.ctl({"failovers", "--json"});
    return answer.ok() ? must(control::failovers_from_json(nlohmann::json::parse(answer.output)))
                       : std::vector<control::failover_report>{};
}

inline std::optional<control::failover_report> last_takeover(const xvrrpd& router)
{
    const auto all = failovers_of(router);
    const auto found = std::find_if(all.rbegin(), all.rend(), [](const auto& each) { return each.to == "MASTER"; });
    return found == all.rend() ? std::nullopt : std::optional(*found);
}

/// What the switch's end of a host's cable drops of what the host sends: classic BPF in a tc filter each, which leaves
/// everything else to the next one.
enum class blocked { adverts, probes };
inline void block(lab::segment& lan, const lab::host& host, std::initializer_list<blocked> what)
{
    const char* adverts = "6,40 0 0 12,21 0 3 2048,48 0 0 23,21 0 1 112,6 0 0 2,6 0 0 4294967295";
    const char* probes = "10,40 0 0 12,21 0 7 2048,48 0 0 23,21 0 5 17,40 0 0 36,21 2 0 7784,40 0 0 34,21 0 1 7784,"
                         "6 0 0 2,6 0 0 4294967295";
    const lab::net_namespace& place = lan.switch_namespace();
    const auto run = [&](const std::vector<std::string>& argv) {
        const auto done = must(place.exec(argv));
        ASSERT_TRUE(done.ok()) << done.errors;
    };
    run({"tc", "qdisc", "add", "dev", host.port(), "clsact"});
    for (const blocked each : what) {
        run({"tc", "filter", "add", "dev", host.port(), "ingress", "bpf", "da", "bytecode",
             each == blocked::adverts ? adverts : probes});
    }
}

inline void unblock(lab::segment& lan, const lab::host& host)
{
    std::ignore = must(lan.switch_namespace().exec({"tc", "qdisc", "del", "dev", host.port(), "clsact"}));
}

/// Two routers, of which one is Active and probed by the other.
struct duo {
    explicit duo(const std::string& mode = "generic")
        : lan(make_lan(mode, {"first", "second"})), active(lan["first"].ns(), file_of(probing_instance(200), mode)),
          backup(lan["second"].ns(), file_of(probing_instance(150), mode))
    {
    }
    [[nodiscard]] bool settles() const
    {
        return active.wait_for_state("VI_1", "MASTER") && backup.wait_for_state("VI_1", "BACKUP") &&
               waits_for_session(backup, "up");
    }

    lab::segment lan;
    xvrrpd active;
    xvrrpd backup;
};

/// Three routers, of which the first is Active and probed by the others, and a client.
class trio {
public:
    explicit trio(const std::string& mode, const std::string& detection = probes_10ms)
        : lan(make_lan(mode, {"first", "second", "third", "client"}))
    {
        for (const auto& [role, priority] :
             {std::pair{"first", 200U}, std::pair{"second", 150U}, std::pair{"third", 100U}}) {
            routers.push_back(
                std::make_unique<xvrrpd>(lan[role].ns(), file_of(probing_instance(priority, detection), mode)));
        }
    }
    [[nodiscard]] bool settles() const
    {
        return first().wait_for_state("VI_1", "MASTER", 15s) && second().wait_for_state("VI_1", "BACKUP") &&
               third().wait_for_state("VI_1", "BACKUP") && waits_for_session(second(), "up") &&
               waits_for_session(third(), "up");
    }
    [[nodiscard]] xvrrpd& first() const { return *routers[0]; }
    [[nodiscard]] xvrrpd& second() const { return *routers[1]; }
    [[nodiscard]] xvrrpd& third() const { return *routers[2]; }

    lab::segment lan;
    std::vector<std::unique_ptr<xvrrpd>> routers;
};

} // namespace xvrrp::test
