// SPDX-License-Identifier: BSD-2-Clause
//
// The laboratory itself: captures, forged adverts, floods and probes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/busy.hpp"
#include "lab/capture.hpp"
#include "lab/flood.hpp"
#include "lab/probe.hpp"
#include "lab/scratch.hpp"
#include "support/must.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp::lab;
using testing::ElementsAre;
using testing::IsEmpty;
using xvrrp::time_point;
using xvrrp::test::must;

std::vector<advert_recipe> every_form(const host& from)
{
    const advert_recipe v2{.source_mac = from.mac(), .source = from.ipv4(), .addresses = {"10.0.0.70", "10.0.0.71"}};
    advert_recipe v2_password = v2;
    v2_password.password = "mypass";
    advert_recipe v3 = v2;
    v3.version = 3;
    v3.interval = 250ms;
    advert_recipe v3_ipv6 = v3;
    v3_ipv6.source = from.link_local();
    v3_ipv6.addresses = {"fe80::70", "2001:db8::70"};
    return {v2, v2_password, v3, v3_ipv6};
}

void send_once(const host& from, const advert_recipe& recipe)
{
    auto once = must(flood::start(from, {must(forge_advert(recipe))}, {.frames = 1}));
    once.wait();
    ASSERT_EQ(once.sent(), 1U);
}

TEST(lab_capture, decodes_what_was_forged_and_tshark_agrees)
{
    auto lan = must(segment::create({"a", "b"}));
    auto heard = must(capture::start(lan));
    const auto forms = every_form(lan["a"]);
    for (const auto& recipe : forms) {
        send_once(lan["a"], recipe);
    }
    ASSERT_TRUE(eventually(5s, [&] { return heard.adverts().size() >= forms.size(); }));
    heard.stop();
    const auto adverts = heard.adverts();
    ASSERT_EQ(adverts.size(), forms.size());
    for (std::size_t i = 0; i < forms.size(); ++i) {
        EXPECT_EQ(adverts[i].host, "a");
        EXPECT_EQ(adverts[i].mac, lan["a"].mac());
        EXPECT_EQ(adverts[i].source, forms[i].source);
        EXPECT_EQ(adverts[i].ttl, 255U);
        EXPECT_EQ(adverts[i].version, forms[i].version);
        EXPECT_EQ(adverts[i].vrid, 51U);
        EXPECT_EQ(adverts[i].priority, 100U);
        EXPECT_EQ(adverts[i].interval, forms[i].interval);
        EXPECT_EQ(adverts[i].addresses, forms[i].addresses);
        EXPECT_EQ(adverts[i].password, forms[i].password.value_or(""));
    }
    const auto files = must(scratch_directory::create("pcap"));
    must(heard.write_pcap(files.path() / "all.pcap"));
    EXPECT_THAT(must(tshark_complaints(files.path() / "all.pcap", "vrrp")), IsEmpty());
    EXPECT_FALSE(tshark_complaints(files.path() / "all.pcap", "bgp")) << "no such frame";
}

TEST(lab_capture, tshark_sees_what_is_wrong)
{
    auto lan = must(segment::create({"a", "b"}));
    auto heard = must(capture::start(lan));
    for (auto recipe : every_form(lan["a"])) {
        recipe.wrong_checksum = true;
        send_once(lan["a"], recipe);
    }
    ASSERT_TRUE(eventually(5s, [&] { return heard.adverts().size() >= 4; }));
    const auto files = must(scratch_directory::create("pcap"));
    must(heard.write_pcap(files.path() / "all.pcap"));
    EXPECT_EQ(must(tshark_complaints(files.path() / "all.pcap", "vrrp")).size(), 4U);
}

TEST(lab_capture, tells_silences_from_times)
{
    const auto at = [](auto since) {
        advert one;
        one.time = time_point(since);
        one.host = "a";
        one.vrid = 51;
        return one;
    };
    const std::vector<advert> adverts{at(0ms), at(10ms), at(50ms), at(60ms)};
    const auto found = silences(adverts, "a", 51, 30ms);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].from, time_point(10ms));
    EXPECT_EQ(found[0].length(), 40ms);
    EXPECT_EQ(silences(adverts, "a", 51, 30ms, time_point(100ms)).size(), 2U);
    EXPECT_THAT(silences(adverts, "b", 51, 0ms), IsEmpty());
    EXPECT_THAT(silences(adverts, "a", 52, 0ms), IsEmpty());
}

TEST(lab_capture, sees_claims_of_a_cut_host)
{
    auto lan = must(segment::create({"a", "b"}));
    auto heard = must(capture::start(lan));
    must(lan.cut(lan["a"]));
    must(lan["a"].ns().exec({"arping", "-U", "-c", "1", "-I", "eth0", "10.0.0.1"}));
    ASSERT_TRUE(eventually(5s, [&] { return !heard.claims().empty(); }));
    const auto claim = heard.claims().front();
    EXPECT_EQ(claim.host, "a");
    EXPECT_EQ(claim.address, "10.0.0.1");
    EXPECT_EQ(claim.mac, lan["a"].mac());
    EXPECT_TRUE(claim.unsolicited);
}

TEST(lab_probe, measures_an_outage_and_tells_who_answers)
{
    auto lan = must(segment::create({"a", "client"}));
    for (const auto& target : {lan["a"].ipv4(), lan["a"].ipv6()}) {
        auto probing = must(probe::start(lan["client"], target, 1ms));
        ASSERT_TRUE(probing.wait_for_answers(50, 5s));
        must(lan.cut(lan["a"]));
        const auto before = probing.report().sent;
        ASSERT_TRUE(eventually(5s, [&] { return probing.report().sent >= before + 100; }));
        must(lan.restore(lan["a"]));
        ASSERT_TRUE(probing.wait_for_answers(50, 5s));
        const auto report = probing.stop();
        EXPECT_GE(report.longest_gap, 90ms) << target;
        EXPECT_GE(report.lost(), 90U) << target;
        EXPECT_EQ(report.duplicates, 0U) << target;
        EXPECT_EQ(report.answers.size(), 1U) << target;
        EXPECT_EQ(report.last_answer, lan["a"].mac()) << target;
    }
}

TEST(lab_flood, keeps_its_bounds)
{
    auto lan = must(segment::create({"attacker", "a"}));
    const auto frame = must(forge_advert({.source_mac = lan["attacker"].mac(), .source = "10.0.0.99"}));
    auto counted = must(flood::start(lan["attacker"], {frame}, {.frames_per_second = 10'000, .frames = 500}));
    counted.wait();
    EXPECT_EQ(counted.sent(), 500U);
    EXPECT_LT(counted.rate(), 12'000);
    auto timed = must(flood::start(lan["attacker"], {frame}, {.frames_per_second = 1'000, .time = 100ms}));
    timed.wait();
    EXPECT_LE(timed.sent(), 101U);
    auto stopped = must(flood::start(lan["attacker"], {frame}, {.frames_per_second = 1'000, .time = 60s}));
    stopped.stop();
    EXPECT_FALSE(stopped.running());
}

TEST(lab_flood, reaches_every_host)
{
    auto lan = must(segment::create({"attacker", "a", "b"}));
    const auto received = [&lan](const char* role) {
        const auto counted = must(lan[role].ns().exec({"awk", "/eth0/ {print $3}", "/proc/net/dev"}));
        return std::stoull(counted.output);
    };
    const auto frame = must(forge_advert({.source_mac = lan["attacker"].mac(), .source = "10.0.0.99"}));
    auto running = must(flood::start(lan["attacker"], {frame}, {.time = 300ms}));
    running.wait();
    RecordProperty("frames_per_second", static_cast<int>(running.rate()));
    // How many it sends in that time is the machine's business; that they arrive is ours.
    EXPECT_GT(running.sent(), 1000U);
    EXPECT_GE(received("a"), running.sent() * 9 / 10);
    EXPECT_GE(received("b"), running.sent() * 9 / 10);
}

TEST(lab_flood, spoils_one_thing_at_a_time)
{
    const advert_recipe valid{.password = "right"};
    EXPECT_EQ(spoil(valid, forgery::low_ttl).ttl, 254);
    EXPECT_NE(spoil(valid, forgery::foreign_vrid).vrid, valid.vrid);
    EXPECT_TRUE(spoil(valid, forgery::wrong_checksum).wrong_checksum);
    EXPECT_NE(spoil(valid, forgery::wrong_password).password, valid.password);
    EXPECT_EQ(spoil(valid, forgery::unlisted_source).password, valid.password);
}

TEST(lab_busy, uses_the_processor)
{
    auto loops = must(start_busy_loops(2));
    ASSERT_EQ(loops.size(), 2U);
    EXPECT_TRUE(eventually(10s, [&] { return must(loops[1].cpu_time()) > 10ms; }));
}

} // namespace
