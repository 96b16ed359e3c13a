// SPDX-License-Identifier: BSD-2-Clause
//
// What `xvrrpctl status` prints, character by character.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/table.hpp"
#include "control/text.hpp"
#include "control/timeline_text.hpp"
#include "control_support.hpp"

namespace xvrrp::control::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using xvrrp::test::full_status;

TEST(control_text, a_night_with_everything_in_it)
{
    EXPECT_EQ(
        render_status(full_status()),
        R"(xvrrpd 0.1.0, router_id DOCKER_INGRESS, PID 1234 (supervisor 1230), running for 3 d 4 h, configuration /etc/keepalived/keepalived.conf

INSTANCE  INTERFACE  VRID  STATE   SINCE                FOR         ACTIVE ROUTER  PRIORITY       HEARD BY
VI_1      eth0       51    MASTER  2026-11-20 08:47:00  2 h 13 min  this router    100            native
VI_2      bond0.100  7     BACKUP  2026-11-15 10:00:00  5 d 1 h     fe80::2        90 (base 100)  socket
VI_3      eth3       9     FAULT   2026-11-20 11:00:00  4.2 s       none heard     80             none

WARNING: the last reload failed, the configuration before it stays in force: /etc/keepalived/keepalived.conf:12:3: virtual_router_id 256: 1 to 255 expected
WARNING: no BPF, so every interface is heard through a packet socket: bpf(): Operation not permitted
WARNING: VI_1: two Active routers: 10.0.0.3 (priority 90, MAC 02:00:00:00:00:03, last advert 0.4 s ago) advertises too; do all routers of VRID 51 on eth0 hear each other, with the same version and authentication?
WARNING: VI_1: 10.0.0.71/32 is missing on eth1
WARNING: VI_2: 2001:db8::70/128 is on bond0.100 although this router is BACKUP
WARNING: VI_3: FAULT: link down, no address

VI_1: MASTER on eth0, VRID 51, VRRPv2 IPv4, adverts every 1 s from 10.0.0.1
  since 2026-11-20T08:47:00+01:00
  VIP 10.0.0.70/32 on eth0: present; received 12345 packets (1.2 MB), sent 12000 (987 bytes); 3 came while this router was not MASTER
  VIP 10.0.0.71/32 on eth1: not here
  last takeover: addresses in place after 90 us, advert sent after 120 us, all announced after 1.5 ms
  notify script /etc/notify.sh is running; events that wait for its end: 2
  counters: adverts received 1, adverts sent 2, became master 3, released master 4,
            priority zero received 5, priority zero sent 6, garp sent 7, addresses restored 8,
            suppressed 9, lost 10, send errors 11, late deadlines 12, ttl not 255 13,
            address list mismatch 14, interval mismatch 15, unlisted source 16,
            first address not link local 17, notify runs 18, notify failures 19

VI_2: BACKUP on bond0.100, VRID 7, VRRPv3 IPv6, adverts every 0.1 s from fe80::1
  since 2026-11-15T10:00:00+01:00
  Active router: fe80::2 (priority 150, MAC 02:00:00:00:00:02, last advert 0.2 s ago), adverts every 0.5 s
  VIP 2001:db8::70/128 on bond0.100: present
  bond0.100 is heard through a packet socket, without XDP: VIP traffic is not counted, and no_accept and the fence have no effect

VI_3: FAULT on eth3, VRID 9, VRRPv2 IPv4, adverts every 1 s
  since 2026-11-20T11:00:00+01:00

Sync groups:
  SYNC GROUP  STATE   MEMBERS
  PAIR        MASTER  VI_1, VI_2

Scripts:
  SCRIPT  STATE    LAST RESULT           AGO    EVERY   RUNS  FAILED  TRACKED BY
  chk     failed   exited with status 1  0.5 s  2 s     20    4       VI_1, VI_2
  new     waiting  -                     -      0.25 s  0     0       VI_2

Files:
  FILE    NUMBER  FOR    PATH        TRACKED BY
  tf      -5      3.0 s  /run/value  VI_1
  unread  -       -      /run/other  VI_2

Processes:
  PROCESS  STATE    FOR        RUNNING  QUORUM  LOOKS FOR  TRACKED BY
  proxy    running  1 min 0 s  2        1 to 3  haproxy    VI_1
  late     waiting  -          -        1       late       VI_2

FIFOs:
  FIFO       LINES  LOST  SCRIPT
  /run/all   12     3     /usr/bin/reader x
  /run/vrrp  12     0     -

Adverts and probes refused before they reached xvrrpd:
  INTERFACE  REASON         COUNT  LAST FROM  LAST
  eth0       auth_password  12     10.0.0.9   3.0 s ago

From an advert's arrival in the kernel to the state machine, 5000 adverts: median 18 us, 99 % within 45 us, longest 2.1 ms
)");
}

/// One instance that serves, and nothing to worry about.
daemon_status quiet_status()
{
    daemon_status status = full_status();
    status.last_reload = "ok";
    status.bpf_refusal.reset();
    status.drops.clear();
    status.groups.clear();
    status.scripts.clear();
    status.files.clear();
    status.processes.clear();
    status.fifos.clear();
    status.instances.resize(1);
    status.instances[0].other_actives.clear();
    status.instances[0].vips.resize(1);
    status.instances[0].vips[0].not_active_packets = 0;
    status.instances[0].notify_running = "";
    status.instances[0].counters = {.adverts_sent = 8000, .became_master = 1};
    return status;
}

TEST(control_text, a_quiet_day_is_short)
{
    EXPECT_EQ(
        render_status(quiet_status()),
        R"(xvrrpd 0.1.0, router_id DOCKER_INGRESS, PID 1234 (supervisor 1230), running for 3 d 4 h, configuration /etc/keepalived/keepalived.conf

INSTANCE  INTERFACE  VRID  STATE   SINCE                FOR         ACTIVE ROUTER  PRIORITY  HEARD BY
VI_1      eth0       51    MASTER  2026-11-20 08:47:00  2 h 13 min  this router    100       native

VI_1: MASTER on eth0, VRID 51, VRRPv2 IPv4, adverts every 1 s from 10.0.0.1
  since 2026-11-20T08:47:00+01:00
  VIP 10.0.0.70/32 on eth0: present; received 12345 packets (1.2 MB), sent 12000 (987 bytes)
  last takeover: addresses in place after 90 us, advert sent after 120 us, all announced after 1.5 ms
  counters: adverts sent 8000, became master 1

From an advert's arrival in the kernel to the state machine, 5000 adverts: median 18 us, 99 % within 45 us, longest 2.1 ms
)");
    EXPECT_THAT(warnings(quiet_status()), IsEmpty());
}

TEST(control_text, no_instance)
{
    EXPECT_THAT(render_status({}), HasSubstr("No vrrp_instance is configured.\n"));
}

TEST(control_text, an_address_that_is_missing_is_a_warning_for_the_active_router_alone)
{
    daemon_status status = quiet_status();
    status.instances[0].vips[0].present = false;
    EXPECT_THAT(render_status(status), HasSubstr("WARNING: VI_1: 10.0.0.70/32 is missing on eth0\n"));
    status.instances[0].state = "BACKUP";
    EXPECT_THAT(warnings(status), IsEmpty());
    status.instances[0].vips[0].present = true;
    EXPECT_THAT(render_status(status),
                HasSubstr("WARNING: VI_1: 10.0.0.70/32 is on eth0 although this router is BACKUP\n"));
    status.instances[0].state = "LEAVING";
    EXPECT_THAT(warnings(status), IsEmpty()) << "it serves until its successor is heard";
}

TEST(control_text, an_error_of_several_lines_stays_together)
{
    daemon_status status = quiet_status();
    status.last_reload = "a.conf:1:3: bad\n    line\n";
    EXPECT_THAT(render_status(status), HasSubstr("stays in force: a.conf:1:3: bad\n      line\n\nVI_1: "));
}

TEST(control_text, failovers_are_a_line_each)
{
    EXPECT_EQ(render_failovers(xvrrp::test::full_failovers()),
              R"(Times from LAST ADVERT on count from the decision, which is WHEN; what came before it is negative.

WHEN                        INSTANCE  CHANGE            WHY                OTHER ROUTER    LAST ADVERT  UNANSWERED  DETECTED  ADDRESSES  ADVERT  GARP              FIRST PACKET
2026-11-20 08:47:00.123456  VI_1      BACKUP -> MASTER  probes lost        10.0.0.2 (200)  -612.3 ms    -3.1 ms     -45 us    90 us      120 us  130 us to 1.5 ms  2.0 ms
2026-11-20 08:48:00.000001  VI_1      MASTER -> BACKUP  higher priority    10.0.0.2 (200)  -            -           -         -          -       -                 -
2026-11-20 09:00:00.500000  VI_2      BACKUP -> MASTER  active down timer  -               -3609.4 ms   -           0 us      40 us      60 us   70 us             -
)");
    EXPECT_EQ(render_failovers({}), "No change of state is on record.\n");
}

TEST(control_text, sessions_are_a_line_each)
{
    EXPECT_EQ(
        render_sessions(xvrrp::test::full_sessions()),
        R"(INTERFACE  PEER      STATE   INTERVAL    DETECTED WITHIN      PROBES  REPLIES  LOSSES  REFUTED  FALSE TAKEOVERS  ROUND TRIP P50 / P99 / LONGEST  REPLIES BY
eth0       10.0.0.2  up      0.3 ms x 3  1.8 ms (damped x 2)  100000  99990    2       1        1                38 us / 120 us / 4.2 ms         XDP
bond0.100  fe80::2   asking  100 ms x 3  300 ms               12      0        0       0        0                -                               socket
)");
    EXPECT_THAT(render_sessions({}), HasSubstr("no probe session"));
}

TEST(control_text, times_of_day_lose_their_offset)
{
    EXPECT_EQ(local_time("2026-11-20T08:47:00+01:00"), "2026-11-20 08:47:00");
    EXPECT_EQ(local_time("2026-11-20T08:47:00.123456-05:00"), "2026-11-20 08:47:00.123456");
    EXPECT_EQ(local_time("2026-11-20T08:47:00Z"), "2026-11-20 08:47:00");
    EXPECT_EQ(local_time(""), "");
}

TEST(control_text, microseconds)
{
    EXPECT_EQ(format_microseconds(0), "0 us");
    EXPECT_EQ(format_microseconds(-999), "-999 us");
    EXPECT_EQ(format_microseconds(1540), "1.5 ms");
    EXPECT_EQ(format_microseconds(-3609375), "-3609.4 ms");
    EXPECT_EQ(format_microseconds(12345678), "12.3 s");
}

TEST(control_text, spans)
{
    EXPECT_EQ(format_span(0), "0.0 s");
    EXPECT_EQ(format_span(9.94), "9.9 s");
    EXPECT_EQ(format_span(9.96), "10 s");
    EXPECT_EQ(format_span(59.4), "59 s");
    EXPECT_EQ(format_span(59.6), "1 min 0 s");
    EXPECT_EQ(format_span(125), "2 min 5 s");
    EXPECT_EQ(format_span(3600), "1 h 0 min");
    EXPECT_EQ(format_span(86399), "23 h 59 min");
    EXPECT_EQ(format_span(86400), "1 d 0 h");
    EXPECT_EQ(format_span(-1), "?");
}

} // namespace
} // namespace xvrrp::control::test
