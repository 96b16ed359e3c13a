// SPDX-License-Identifier: BSD-2-Clause
//
// What the tests of control and of the daemon's supporting parts share.
#include "control_support.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "control/unix_socket.hpp"
#include "support/must.hpp"

namespace xvrrp::test {
namespace {

void require(bool condition, const char* what)
{
    if (!condition) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

bool wait_readable(const descriptor& socket)
{
    pollfd waiting{.fd = socket.get(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 10000) == 1;
}

} // namespace

temporary_directory::temporary_directory()
{
    std::string name = (std::filesystem::temp_directory_path() / "xvrrp-test-XXXXXX").string();
    require(::mkdtemp(name.data()) != nullptr, "mkdtemp");
    path_ = name;
}

temporary_directory::~temporary_directory()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

bool wait_for(const std::function<bool()>& condition, std::chrono::milliseconds limit)
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

descriptor connect_raw(const std::filesystem::path& path)
{
    const auto address = must(control::unix_address(path.native()));
    descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    require(::connect(socket.get(), address.get(), address.length) == 0, "connect");
    return socket;
}

void send_raw(const descriptor& socket, std::string_view bytes)
{
    // What the server refuses to read is no failure of the test.
    [[maybe_unused]] const ssize_t ignored = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::string read_raw(const descriptor& socket)
{
    std::string all;
    std::array<char, 65536> part{};
    while (wait_readable(socket)) {
        const ssize_t count = ::recv(socket.get(), part.data(), part.size(), 0);
        if (count <= 0) {
            break;
        }
        all.append(part.data(), static_cast<std::size_t>(count));
    }
    return all;
}

descriptor bind_datagram(const std::string& name)
{
    const auto address = must(control::unix_address(name));
    descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    require(::bind(socket.get(), address.get(), address.length) == 0, "bind");
    return socket;
}

std::string receive_datagram(const descriptor& socket)
{
    if (!wait_readable(socket)) {
        throw std::runtime_error("no datagram came");
    }
    std::array<char, 4096> bytes{};
    const ssize_t count = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
    require(count >= 0, "recv");
    return {bytes.data(), static_cast<std::size_t>(count)};
}

std::string read_file(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const std::filesystem::path& path, std::string_view content)
{
    std::ofstream(path, std::ios::binary) << content;
}

namespace {

control::instance_status serving_instance()
{
    return {.name = "VI_1",
            .interface = "eth0",
            .vrid = 51,
            .version = 2,
            .family = "IPv4",
            .state = "MASTER",
            .faults = {},
            .seconds_in_state = 8000,
            .since = "2026-11-20T08:47:00+01:00",
            .base_priority = 100,
            .effective_priority = 100,
            .advert_interval_seconds = 1,
            .active_advert_interval_seconds = 1,
            .attach_mode = "native",
            .source = "10.0.0.1",
            .active = std::nullopt,
            .other_actives = {{.address = "10.0.0.3",
                               .mac = "02:00:00:00:00:03",
                               .priority = 90,
                               .interval_seconds = 1,
                               .seconds_since_advert = 0.4}},
            .vips = {{.address = "10.0.0.70/32",
                      .device = "eth0",
                      .present = true,
                      .received_packets = 12345,
                      .received_bytes = 1234567,
                      .sent_packets = 12000,
                      .sent_bytes = 987,
                      .not_active_packets = 3},
                     {.address = "10.0.0.71/32", .device = "eth1"}},
            .last_takeover = control::takeover_timing{.addresses_microseconds = 90.4,
                                                      .advert_microseconds = 120,
                                                      .first_round_microseconds = 1540},
            .notify_running = "/etc/notify.sh",
            .notify_waiting = 2,
            .counters = {.adverts_received = 1,
                         .adverts_sent = 2,
                         .became_master = 3,
                         .released_master = 4,
                         .priority_zero_received = 5,
                         .priority_zero_sent = 6,
                         .garp_sent = 7,
                         .addresses_restored = 8,
                         .suppressed = 9,
                         .lost = 10,
                         .send_errors = 11,
                         .late_deadlines = 12,
                         .ttl_not_255 = 13,
                         .address_list_mismatch = 14,
                         .interval_mismatch = 15,
                         .unlisted_source = 16,
                         .first_address_not_link_local = 17,
                         .notify_runs = 18,
                         .notify_failures = 19}};
}

control::instance_status waiting_instance()
{
    control::instance_status made;
    made.name = "VI_2";
    made.interface = "bond0.100";
    made.vrid = 7;
    made.version = 3;
    made.family = "IPv6";
    made.state = "BACKUP";
    made.seconds_in_state = 435600;
    made.since = "2026-11-15T10:00:00+01:00";
    made.base_priority = 100;
    made.effective_priority = 90;
    made.advert_interval_seconds = 0.1;
    made.active_advert_interval_seconds = 0.5;
    made.attach_mode = "socket";
    made.source = "fe80::1";
    made.active = control::peer_status{.address = "fe80::2",
                                       .mac = "02:00:00:00:00:02",
                                       .priority = 150,
                                       .interval_seconds = 0.5,
                                       .seconds_since_advert = 0.25};
    made.vips = {{.address = "2001:db8::70/128", .device = "bond0.100", .present = true}};
    return made;
}

control::instance_status faulty_instance()
{
    control::instance_status made;
    made.name = "VI_3";
    made.interface = "eth3";
    made.vrid = 9;
    made.family = "IPv4";
    made.state = "FAULT";
    made.faults = {"link down", "no address"};
    made.seconds_in_state = 4.2;
    made.since = "2026-11-20T11:00:00+01:00";
    made.base_priority = 80;
    made.effective_priority = 80;
    made.advert_interval_seconds = 1;
    made.attach_mode = "none";
    return made;
}

} // namespace

control::daemon_status full_status()
{
    control::daemon_status made;
    made.version = "0.1.0";
    made.router_id = "DOCKER_INGRESS";
    made.config_file = "/etc/keepalived/keepalived.conf";
    made.pid = 1234;
    made.supervisor_pid = 1230;
    made.uptime_seconds = 273600;
    made.last_reload = "/etc/keepalived/keepalived.conf:12:3: virtual_router_id 256: 1 to 255 expected";
    made.bpf_directory = "/sys/fs/bpf/xvrrp";
    made.bpf_refusal = "bpf(): Operation not permitted";
    made.instances = {serving_instance(), waiting_instance(), faulty_instance()};
    made.groups = {{.name = "PAIR", .state = "MASTER", .members = {"VI_1", "VI_2"}}};
    made.scripts = {{.name = "chk",
                     .command = "/usr/bin/pkill -0 haproxy",
                     .state = "failed",
                     .running = true,
                     .last_result = "exited with status 1",
                     .seconds_since_last = 0.5,
                     .interval_seconds = 2,
                     .timeout_seconds = 3,
                     .runs = 20,
                     .failures = 4,
                     .skipped = 1,
                     .tracked_by = {"VI_1", "VI_2"}},
                    {.name = "new",
                     .command = "/bin/new",
                     .state = "waiting",
                     .last_result = "",
                     .interval_seconds = 0.25,
                     .timeout_seconds = 0.25,
                     .tracked_by = {"VI_2"}}};
    made.files = {{.name = "tf", .path = "/run/value", .number = -5, .seconds_since_change = 3, .tracked_by = {"VI_1"}},
                  {.name = "unread", .path = "/run/other", .number = {}, .tracked_by = {"VI_2"}}};
    made.processes = {
        {.name = "proxy",
         .process = "haproxy",
         .state = "running",
         .running = 2,
         .quorum = 1,
         .quorum_max = 3,
         .seconds_since_change = 60,
         .tracked_by = {"VI_1"}},
        {.name = "late", .process = "late", .state = "waiting", .quorum = 1, .quorum_max = {}, .tracked_by = {"VI_2"}}};
    made.fifos = {{.path = "/run/all", .script = "/usr/bin/reader x", .script_running = true, .lines = 12, .lost = 3},
                  {.path = "/run/vrrp", .script = "", .lines = 12}};
    made.drops = {{.interface = "eth0",
                   .reason = "auth_password",
                   .count = 12,
                   .last_source = "10.0.0.9",
                   .seconds_since_last = 3}};
    made.reaction = {.adverts = 5000, .p50_microseconds = 18, .p99_microseconds = 45, .longest_microseconds = 2100};
    return made;
}

std::vector<control::failover_report> full_failovers()
{
    return {{.instance = "VI_1",
             .when = "2026-11-20T08:47:00.123456+01:00",
             .from = "BACKUP",
             .to = "MASTER",
             .reason = "probes_lost",
             .detected_by = "probe loss",
             .other = "10.0.0.2",
             .other_priority = 200,
             .stages = {.last_advert_microseconds = -612345.6,
                        .first_unanswered_probe_microseconds = -3100,
                        .loss_detected_microseconds = -45,
                        .addresses_microseconds = 90.4,
                        .advert_microseconds = 120,
                        .first_garp_microseconds = 130,
                        .last_garp_microseconds = 1540,
                        .first_packet_microseconds = 2000}},
            {.instance = "VI_1",
             .when = "2026-11-20T08:48:00.000001+01:00",
             .from = "MASTER",
             .to = "BACKUP",
             .reason = "higher_priority",
             .detected_by = "advert",
             .other = "10.0.0.2",
             .other_priority = 200,
             .stages = {}},
            {.instance = "VI_2",
             .when = "2026-11-20T09:00:00.500000+01:00",
             .from = "BACKUP",
             .to = "MASTER",
             .reason = "active_down_timer",
             .detected_by = "Active_Down_Timer",
             .other = "",
             .other_priority = 0,
             .stages = {.last_advert_microseconds = -3609375,
                        .first_unanswered_probe_microseconds = {},
                        .loss_detected_microseconds = 0,
                        .addresses_microseconds = 40,
                        .advert_microseconds = 60,
                        .first_garp_microseconds = 70,
                        .last_garp_microseconds = 70,
                        .first_packet_microseconds = {}}}};
}

std::vector<control::session_status> full_sessions()
{
    return {{.interface = "eth0",
             .peer = "10.0.0.2",
             .source = "10.0.0.1",
             .state = "up",
             .interval_seconds = 0.0003,
             .multiplier = 3,
             .detection_seconds = 0.0018,
             .damping = 2,
             .probes_sent = 100000,
             .replies = 99990,
             .losses = 2,
             .refuted = 1,
             .false_takeovers = 1,
             .round_trip_p50_microseconds = 38,
             .round_trip_p99_microseconds = 120,
             .round_trip_longest_microseconds = 4200,
             .replies_by = "XDP"},
            {.interface = "bond0.100",
             .peer = "fe80::2",
             .source = "fe80::1",
             .state = "asking",
             .interval_seconds = 0.1,
             .multiplier = 3,
             .detection_seconds = 0.3,
             .probes_sent = 12,
             .replies_by = "socket"}};
}

control::requests full_requests()
{
    return {.status = [] { return result<control::daemon_status>(full_status()); },
            .reload = [] { return result<void>(); },
            .failovers = [] { return result<std::vector<control::failover_report>>(full_failovers()); },
            .sessions = [] { return result<std::vector<control::session_status>>(full_sessions()); }};
}

} // namespace xvrrp::test
