// SPDX-License-Identifier: BSD-2-Clause
//
// daemon_status as JSON: names, the way there and back, and what is no status.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/json.hpp"
#include "control/select.hpp"
#include "control_support.hpp"

namespace xvrrp::control::test {
namespace {

using nlohmann::json;
using xvrrp::test::full_failovers;
using xvrrp::test::full_sessions;
using xvrrp::test::full_status;

TEST(control_json, every_field_stands_under_its_own_name)
{
    const json expected_vip = {{"address", "10.0.0.70/32"}, {"device", "eth0"},          {"present", true},
                               {"received_packets", 12345}, {"received_bytes", 1234567}, {"sent_packets", 12000},
                               {"sent_bytes", 987},         {"not_active_packets", 3}};
    const json expected_peer = {{"address", "fe80::2"},
                                {"mac", "02:00:00:00:00:02"},
                                {"priority", 150},
                                {"interval_seconds", 0.5},
                                {"seconds_since_advert", 0.25}};
    const json expected_counters = {{"adverts_received", 1},
                                    {"adverts_sent", 2},
                                    {"became_master", 3},
                                    {"released_master", 4},
                                    {"priority_zero_received", 5},
                                    {"priority_zero_sent", 6},
                                    {"garp_sent", 7},
                                    {"addresses_restored", 8},
                                    {"suppressed", 9},
                                    {"lost", 10},
                                    {"send_errors", 11},
                                    {"late_deadlines", 12},
                                    {"ttl_not_255", 13},
                                    {"address_list_mismatch", 14},
                                    {"interval_mismatch", 15},
                                    {"unlisted_source", 16},
                                    {"first_address_not_link_local", 17},
                                    {"notify_runs", 18},
                                    {"notify_failures", 19}};
    const json document = to_json(full_status());
    EXPECT_EQ(document["instances"][0]["vips"][0], expected_vip);
    EXPECT_EQ(document["instances"][1]["active"], expected_peer);
    EXPECT_EQ(document["instances"][0]["counters"], expected_counters);
    EXPECT_EQ(document["instances"][0]["active"], nullptr);
    EXPECT_EQ(
        document["instances"][0]["last_takeover"],
        (json{{"addresses_microseconds", 90.4}, {"advert_microseconds", 120.0}, {"first_round_microseconds", 1540.0}}));
    EXPECT_EQ(document["scripts"][0], (json{{"name", "chk"},
                                            {"command", "/usr/bin/pkill -0 haproxy"},
                                            {"state", "failed"},
                                            {"running", true},
                                            {"last_result", "exited with status 1"},
                                            {"seconds_since_last", 0.5},
                                            {"interval_seconds", 2.0},
                                            {"timeout_seconds", 3.0},
                                            {"runs", 20},
                                            {"failures", 4},
                                            {"skipped", 1},
                                            {"tracked_by", {"VI_1", "VI_2"}}}));
    EXPECT_EQ(document["groups"][0], (json{{"name", "PAIR"}, {"state", "MASTER"}, {"members", {"VI_1", "VI_2"}}}));
    EXPECT_EQ(document["files"][0], (json{{"name", "tf"},
                                          {"path", "/run/value"},
                                          {"number", -5},
                                          {"seconds_since_change", 3.0},
                                          {"tracked_by", {"VI_1"}}}));
    EXPECT_EQ(document["files"][1]["number"], nullptr);
    EXPECT_EQ(document["processes"][0], (json{{"name", "proxy"},
                                              {"process", "haproxy"},
                                              {"state", "running"},
                                              {"running", 2},
                                              {"quorum", 1},
                                              {"quorum_max", 3},
                                              {"seconds_since_change", 60.0},
                                              {"tracked_by", {"VI_1"}}}));
    EXPECT_EQ(document["fifos"][0], (json{{"path", "/run/all"},
                                          {"script", "/usr/bin/reader x"},
                                          {"script_running", true},
                                          {"lines", 12},
                                          {"lost", 3}}));
    EXPECT_EQ(document["reaction"], (json{{"adverts", 5000},
                                          {"p50_microseconds", 18.0},
                                          {"p99_microseconds", 45.0},
                                          {"longest_microseconds", 2100.0}}));

    json daemon = document;
    daemon.erase("instances");
    daemon.erase("groups");
    daemon.erase("scripts");
    daemon.erase("files");
    daemon.erase("processes");
    daemon.erase("fifos");
    daemon.erase("reaction");
    EXPECT_EQ(daemon, (json{{"version", "0.1.0"},
                            {"router_id", "DOCKER_INGRESS"},
                            {"config_file", "/etc/keepalived/keepalived.conf"},
                            {"pid", 1234},
                            {"supervisor_pid", 1230},
                            {"uptime_seconds", 273600.0},
                            {"last_reload", full_status().last_reload},
                            {"bpf_directory", "/sys/fs/bpf/xvrrp"},
                            {"bpf_refusal", "bpf(): Operation not permitted"},
                            {"drops",
                             {{{"interface", "eth0"},
                               {"reason", "auth_password"},
                               {"count", 12},
                               {"last_source", "10.0.0.9"},
                               {"seconds_since_last", 3.0}}}}}));

    json backup = document["instances"][1];
    for (const char* inner : {"active", "other_actives", "vips", "last_takeover", "counters"}) {
        EXPECT_EQ(backup.erase(inner), 1U) << inner;
    }
    EXPECT_EQ(backup, (json{{"name", "VI_2"},
                            {"interface", "bond0.100"},
                            {"vrid", 7},
                            {"version", 3},
                            {"family", "IPv6"},
                            {"state", "BACKUP"},
                            {"faults", json::array()},
                            {"seconds_in_state", 435600.0},
                            {"since", "2026-11-15T10:00:00+01:00"},
                            {"base_priority", 100},
                            {"effective_priority", 90},
                            {"advert_interval_seconds", 0.1},
                            {"active_advert_interval_seconds", 0.5},
                            {"attach_mode", "socket"},
                            {"notify_running", ""},
                            {"notify_waiting", 0},
                            {"source", "fe80::1"}}));
}

TEST(control_json, a_timeline_has_its_stages_in_microseconds_and_null_where_there_is_none)
{
    const json document = to_json(full_failovers());
    EXPECT_EQ(document[0], (json{{"instance", "VI_1"},
                                 {"when", "2026-11-20T08:47:00.123456+01:00"},
                                 {"from", "BACKUP"},
                                 {"to", "MASTER"},
                                 {"reason", "probes_lost"},
                                 {"detected_by", "probe loss"},
                                 {"other", "10.0.0.2"},
                                 {"other_priority", 200},
                                 {"stages",
                                  {{"last_advert_microseconds", -612345.6},
                                   {"first_unanswered_probe_microseconds", -3100.0},
                                   {"loss_detected_microseconds", -45.0},
                                   {"addresses_microseconds", 90.4},
                                   {"advert_microseconds", 120.0},
                                   {"first_garp_microseconds", 130.0},
                                   {"last_garp_microseconds", 1540.0},
                                   {"first_packet_microseconds", 2000.0}}}}));
    EXPECT_EQ(document[2]["stages"]["first_packet_microseconds"], nullptr);
    EXPECT_EQ(document[2]["stages"]["loss_detected_microseconds"], 0.0) << "no wait ranked it";
}

TEST(control_json, a_session)
{
    EXPECT_EQ(to_json(full_sessions())[0], (json{{"interface", "eth0"},
                                                 {"peer", "10.0.0.2"},
                                                 {"source", "10.0.0.1"},
                                                 {"state", "up"},
                                                 {"interval_seconds", 0.0003},
                                                 {"multiplier", 3},
                                                 {"detection_seconds", 0.0018},
                                                 {"damping", 2},
                                                 {"probes_sent", 100000},
                                                 {"replies", 99990},
                                                 {"losses", 2},
                                                 {"refuted", 1},
                                                 {"false_takeovers", 1},
                                                 {"round_trip_p50_microseconds", 38.0},
                                                 {"round_trip_p99_microseconds", 120.0},
                                                 {"round_trip_longest_microseconds", 4200.0},
                                                 {"replies_by", "XDP"}}));
}

/// Turns into anything that a field can be initialised with.
struct anything {
    template <class T> operator T() const { return T{}; }
};

/// How many fields an aggregate has: the most initialisers that it takes.
template <class T, class... Initialisers> consteval std::size_t count_fields()
{
    if constexpr (requires { T{Initialisers{}..., anything{}}; }) {
        return count_fields<T, Initialisers..., anything>();
    } else {
        return sizeof...(Initialisers);
    }
}

struct visit_counter {
    template <class T> void operator()(const char* /*name*/, const T& /*value*/) { ++visited; }
    std::size_t visited = 0;
};

template <class T> std::size_t count_visits()
{
    visit_counter counter;
    const T value{};
    fields(counter, value);
    return counter.visited;
}

TEST(control_json, no_field_of_a_struct_is_forgotten)
{
    EXPECT_EQ(count_visits<vip_status>(), count_fields<vip_status>());
    EXPECT_EQ(count_visits<peer_status>(), count_fields<peer_status>());
    EXPECT_EQ(count_visits<instance_counters>(), count_fields<instance_counters>());
    EXPECT_EQ(count_visits<takeover_timing>(), count_fields<takeover_timing>());
    EXPECT_EQ(count_visits<instance_status>(), count_fields<instance_status>());
    EXPECT_EQ(count_visits<drop_status>(), count_fields<drop_status>());
    EXPECT_EQ(count_visits<reaction_timing>(), count_fields<reaction_timing>());
    EXPECT_EQ(count_visits<daemon_status>(), count_fields<daemon_status>());
    EXPECT_EQ(count_visits<failover_stages>(), count_fields<failover_stages>());
    EXPECT_EQ(count_visits<failover_report>(), count_fields<failover_report>());
    EXPECT_EQ(count_visits<session_status>(), count_fields<session_status>());
}

TEST(control_json, comes_back_as_it_went)
{
    const json document = to_json(full_status());
    const auto back = from_json(json::parse(dump(document)));
    ASSERT_TRUE(back) << back.error().what;
    EXPECT_EQ(to_json(*back), document);
    EXPECT_EQ(back->instances.at(1).active->priority, 150U);
    EXPECT_EQ(back->instances.at(2).faults.at(1), "no address");
    EXPECT_EQ(back->pid, 1234);
}

TEST(control_json, lists_come_back_as_they_went)
{
    const auto failovers = failovers_from_json(json::parse(dump(to_json(full_failovers()))));
    ASSERT_TRUE(failovers) << failovers.error().what;
    EXPECT_EQ(to_json(*failovers), to_json(full_failovers()));
    const auto sessions = sessions_from_json(json::parse(dump(to_json(full_sessions()))));
    ASSERT_TRUE(sessions) << sessions.error().what;
    EXPECT_EQ(to_json(*sessions), to_json(full_sessions()));
    EXPECT_EQ(failovers_from_json(json::parse(R"([{"stages":{"advert_microseconds":"1"}}])")).error().what,
              "failovers[0].stages.advert_microseconds: not a number");
    EXPECT_EQ(sessions_from_json(json::parse("{}")).error().what, "sessions: not a list");
}

TEST(control_json, another_versions_fields_are_skipped_or_keep_their_defaults)
{
    const auto status = from_json(json::parse(R"({"future":[1],"instances":[{"name":"VI_1","speed":{}}]})"));
    ASSERT_TRUE(status) << status.error().what;
    EXPECT_EQ(status->instances.at(0).name, "VI_1");
    EXPECT_EQ(status->instances.at(0).version, 2U);
    EXPECT_EQ(status->bpf_refusal, std::nullopt);
}

TEST(control_json, a_wrong_type_is_named_with_the_way_to_it)
{
    const auto problem = [](const char* text) {
        const auto status = from_json(json::parse(text));
        return status ? std::string("accepted") : status.error().what;
    };
    EXPECT_EQ(problem("[]"), "status: not an object");
    EXPECT_EQ(problem(R"({"pid":"1"})"), "status.pid: not a number of its range");
    EXPECT_EQ(problem(R"({"instances":{}})"), "status.instances: not a list");
    EXPECT_EQ(problem(R"({"instances":[{},{"vrid":-1}]})"), "status.instances[1].vrid: not a number of its range");
    EXPECT_EQ(problem(R"({"instances":[{"vrid":4294967296}]})"), "status.instances[0].vrid: not a number of its range");
    EXPECT_EQ(problem(R"({"instances":[{"vips":[{"present":1}]}]})"),
              "status.instances[0].vips[0].present: neither true nor false");
    EXPECT_EQ(problem(R"({"instances":[{"active":{"mac":7}}]})"), "status.instances[0].active.mac: not a string");
    EXPECT_EQ(problem(R"({"uptime_seconds":null})"), "status.uptime_seconds: not a number");
    EXPECT_EQ(problem(R"({"pid":-5})"), "accepted");
}

TEST(control_json, bytes_that_are_no_text_do_not_break_it)
{
    daemon_status status;
    status.router_id = "a\xff\n";
    const std::string text = dump(to_json(status));
    EXPECT_NE(text.find("a\xef\xbf\xbd\\n"), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << "one document is one line";
}

TEST(control_select, one_instance_and_the_drops_of_its_interface)
{
    const auto chosen = select_instance(full_status(), "VI_2");
    ASSERT_TRUE(chosen);
    ASSERT_EQ(chosen->instances.size(), 1U);
    EXPECT_EQ(chosen->instances[0].vrid, 7U);
    EXPECT_TRUE(chosen->drops.empty());
    EXPECT_EQ(select_instance(full_status(), "VI_1")->drops.size(), 1U);
    EXPECT_EQ(select_instance(full_status(), "VI_1")->scripts.size(), 1U);
    EXPECT_TRUE(select_instance(full_status(), "VI_3")->scripts.empty());
    EXPECT_EQ(select_instance(full_status(), "VI_2")->groups.size(), 1U);
    EXPECT_TRUE(select_instance(full_status(), "VI_3")->groups.empty());
    EXPECT_EQ(select_instance(full_status(), "VI_9").error().what, "no instance VI_9; there is VI_1, VI_2, VI_3");
    EXPECT_EQ(select_instance({}, "VI_9").error().what, "no instance VI_9; there is none");
}

TEST(control_select, the_failovers_of_one_instance_in_their_order)
{
    const auto chosen = failovers_of(full_failovers(), "VI_1");
    ASSERT_EQ(chosen.size(), 2U);
    EXPECT_EQ(chosen[0].to, "MASTER");
    EXPECT_EQ(chosen[1].to, "BACKUP");
    EXPECT_TRUE(failovers_of(full_failovers(), "VI_9").empty());
}

} // namespace
} // namespace xvrrp::control::test
