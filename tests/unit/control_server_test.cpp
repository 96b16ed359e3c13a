// SPDX-License-Identifier: BSD-2-Clause
//
// The control server on real sockets: its protocol, clients that are slow, dead, greedy or talk nonsense, and the
// socket's file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "control/connection.hpp"
#include "control/server.hpp"
#include "control/unix_socket.hpp"
#include "control_support.hpp"
#include "support/must.hpp"

namespace xvrrp::control::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;
using xvrrp::test::connect_raw;
using xvrrp::test::full_requests;
using xvrrp::test::full_status;
using xvrrp::test::must;
using xvrrp::test::read_raw;
using xvrrp::test::send_raw;
using xvrrp::test::temporary_directory;
using xvrrp::test::wait_for;
using clock = std::chrono::steady_clock;

std::string ask(const std::filesystem::path& path, std::string_view line)
{
    const descriptor client = connect_raw(path);
    send_raw(client, line);
    return read_raw(client);
}

class control_server : public testing::Test {
protected:
    [[nodiscard]] std::filesystem::path path() const { return directory_ / "control.sock"; }
    [[nodiscard]] server open(requests callbacks = full_requests(), const server_limits& limits = {}) const
    {
        return must(server::open(path(), std::move(callbacks), limits));
    }
    /// Whether somebody new is answered while `others` are as they are.
    [[nodiscard]] bool answers() const { return ask(path(), "{\"command\":\"reload\"}\n") == "{\"ok\":true}\n"; }

    temporary_directory directory_;
};

TEST_F(control_server, answers_a_line_with_a_line_and_closes)
{
    const server serving = open();
    const json reply = json::parse(ask(path(), "{\"command\":\"status\"}\n"));
    EXPECT_EQ(reply["ok"], true);
    EXPECT_EQ(reply["status"]["instances"][1]["name"], "VI_2");
    EXPECT_EQ(json::parse(ask(path(), "{\"command\":\"failovers\"}\n"))["failovers"][2]["reason"], "active_down_timer");
    EXPECT_EQ(json::parse(ask(path(), "{\"command\":\"sessions\"}\n"))["sessions"][1]["peer"], "fe80::2");
    EXPECT_EQ(ask(path(), "{\"command\":\"reload\"}\n"), "{\"ok\":true}\n");
}

TEST_F(control_server, hands_on_what_the_daemon_refuses)
{
    requests unwilling = full_requests();
    unwilling.status = [] { return result<daemon_status>(fail("the loop is busy")); };
    unwilling.failovers = [] { return result<std::vector<failover_report>>(fail("the loop is busy")); };
    unwilling.reload = []() -> result<void> { throw std::runtime_error("unforeseen"); };
    const server serving = open(std::move(unwilling));
    for (const char* command : {"{\"command\":\"status\"}\n", "{\"command\":\"failovers\"}\n"}) {
        EXPECT_EQ(ask(path(), command), "{\"error\":\"the loop is busy\",\"ok\":false}\n");
    }
    EXPECT_EQ(ask(path(), "{\"command\":\"reload\"}\n"), "{\"error\":\"internal error: unforeseen\",\"ok\":false}\n");
}

TEST_F(control_server, garbage_is_refused_politely)
{
    const server serving = open();
    for (const std::string_view line :
         {"\n", "status\n", "{\n", "[]\n", "{}\n", "{\"command\":7}\n", "{\"command\":\"status\"}}\n", "\xff\xfe\n"}) {
        EXPECT_THAT(ask(path(), line), StartsWith("{\"error\":\"not a request")) << line;
    }
    EXPECT_THAT(ask(path(), std::string("\0\0\0\n", 4)), StartsWith("{\"error\":\"not a request"));
    EXPECT_THAT(ask(path(), std::string(4000, '[') + "\n"), StartsWith("{\"error\":\"not a request"));
    EXPECT_EQ(ask(path(), "{\"command\":\"fly\\u0007\"}\n"),
              "{\"error\":\"unknown command \\\"fly\\u0007\\\": this xvrrpd knows status, failovers, sessions and "
              "reload\",\"ok\":false}\n");
    EXPECT_TRUE(answers());
}

TEST_F(control_server, a_request_in_pieces_is_one_request)
{
    const server serving = open();
    const descriptor client = connect_raw(path());
    for (const char byte : std::string("{\"command\":\"reload\"}\n")) {
        send_raw(client, {&byte, 1});
    }
    EXPECT_EQ(read_raw(client), "{\"ok\":true}\n");
}

TEST_F(control_server, an_oversized_request_is_refused_with_or_without_an_end)
{
    const server serving = open();
    const std::string refusal = "{\"error\":\"the request is longer than 4096 bytes\",\"ok\":false}\n";
    EXPECT_EQ(ask(path(), std::string(4097, ' ') + "\n"), refusal);
    EXPECT_EQ(ask(path(), std::string(100000, '{')), refusal);
    EXPECT_EQ(ask(path(), "{\"command\":\"reload\"" + std::string(4076, ' ') + "}\n"), "{\"ok\":true}\n")
        << "4096 bytes are allowed";
}

TEST_F(control_server, clients_that_say_nothing_hold_up_nobody_and_are_closed)
{
    const server serving = open(full_requests(), {.request = 2s});
    std::vector<descriptor> silent;
    for (int i = 0; i < 10; ++i) {
        silent.push_back(connect_raw(path()));
        send_raw(silent.back(), "{\"comm");
    }
    const auto asked = clock::now();
    EXPECT_TRUE(answers());
    EXPECT_LT(clock::now() - asked, 1900ms) << "answered before the silent ones were given up";
    for (const descriptor& each : silent) {
        EXPECT_EQ(read_raw(each), "");
    }
    EXPECT_LT(clock::now() - asked, 10s);
}

TEST_F(control_server, clients_that_do_not_read_hold_up_nobody_and_are_closed)
{
    constexpr std::size_t more_than_a_buffer = 1000; // of instances, near a megabyte
    requests large = full_requests();
    large.status = [] {
        daemon_status status = full_status();
        status.instances.resize(more_than_a_buffer, status.instances.front());
        return result<daemon_status>(status);
    };
    const server serving = open(std::move(large), {.response = 1000ms});
    std::vector<descriptor> deaf;
    for (int i = 0; i < 4; ++i) {
        deaf.push_back(connect_raw(path()));
        send_raw(deaf.back(), "{\"command\":\"status\"}\n");
    }
    const std::string whole = ask(path(), "{\"command\":\"status\"}\n");
    EXPECT_EQ(json::parse(whole)["status"]["instances"].size(), more_than_a_buffer) << "comes whole";
    EXPECT_TRUE(answers());
    // Reading would make them readers: what is left after the server has closed is what fits the socket's buffer.
    EXPECT_TRUE(wait_for([&] {
        char byte = 0;
        return ::recv(deaf.front().get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1 &&
               ::send(deaf.front().get(), "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0;
    }));
    EXPECT_LT(read_raw(deaf.front()).size(), whole.size());
}

TEST_F(control_server, a_client_that_leaves_early_costs_nothing)
{
    const server serving = open();
    for (int i = 0; i < 50; ++i) {
        const descriptor client = connect_raw(path());
        send_raw(client, i % 2 == 0 ? "{\"command\":\"status\"}\n" : "{\"command\"");
    }
    EXPECT_TRUE(answers());
}

TEST_F(control_server, one_client_too_many_takes_the_place_of_the_oldest_that_asks_nothing)
{
    const server serving = open(full_requests(), {.connections = 3, .request = 1h});
    const descriptor oldest = connect_raw(path());
    const descriptor second = connect_raw(path());
    const descriptor third = connect_raw(path());
    EXPECT_TRUE(answers());
    EXPECT_EQ(read_raw(oldest), "") << "closed";
    send_raw(third, "{\"command\":\"reload\"}\n");
    EXPECT_EQ(read_raw(third), "{\"ok\":true}\n");
}

TEST_F(control_server, a_client_is_not_blamed_for_an_answer_to_another_that_took_long)
{
    std::atomic<bool> entered = false;
    std::atomic<bool> release = false;
    requests slow = full_requests();
    slow.status = [&] {
        entered = true;
        wait_for([&] { return release.load(); });
        return result<daemon_status>(full_status());
    };
    const server serving = open(std::move(slow), {.request = 1s});
    const descriptor holder = connect_raw(path());
    const descriptor victim = connect_raw(path());
    send_raw(holder, "{\"command\":\"status\"}\n");
    ASSERT_TRUE(wait_for([&] { return entered.load(); }));
    send_raw(victim, "{\"command\":\"reload\"}\n");
    const auto since = clock::now();
    wait_for([&] { return clock::now() - since > 1300ms; });
    release = true;
    EXPECT_EQ(read_raw(victim), "{\"ok\":true}\n");
    EXPECT_THAT(read_raw(holder), HasSubstr("VI_3"));
}

TEST_F(control_server, ends_promptly_with_clients_connected)
{
    descriptor client;
    const auto asked = clock::now();
    {
        const server serving = open();
        client = connect_raw(path());
    }
    EXPECT_LT(clock::now() - asked, 2s);
    EXPECT_EQ(read_raw(client), "");
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(control_server, the_socket_is_for_its_owner_alone_whatever_the_umask)
{
    const mode_t before = ::umask(0);
    const server serving = open();
    ::umask(before);
    struct stat found{};
    ASSERT_EQ(::stat(path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777U, 0600U);
}

TEST_F(control_server, makes_its_directory)
{
    const auto deep = directory_ / "run/xvrrp/control.sock";
    const auto serving = must(server::open(deep, full_requests()));
    EXPECT_THAT(ask(deep, "{\"command\":\"status\"}\n"), HasSubstr("\"ok\":true"));
}

TEST_F(control_server, takes_the_place_of_a_stale_socket)
{
    {
        const auto address = must(unix_address(path().native()));
        const descriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        ASSERT_EQ(::bind(dead.get(), address.get(), address.length), 0);
    }
    ASSERT_TRUE(std::filesystem::exists(path()));
    const server serving = open();
    EXPECT_TRUE(answers());
}

TEST_F(control_server, refuses_a_socket_that_is_served_and_leaves_it_alone)
{
    const server serving = open();
    const auto second = server::open(path(), full_requests());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().what,
              "control socket " + path().string() + ": another xvrrpd serves it; give this one another --socket");
    EXPECT_TRUE(answers());
}

TEST_F(control_server, refuses_a_file_that_is_no_socket_and_leaves_it_alone)
{
    xvrrp::test::write_file(path(), "precious");
    const auto refused = server::open(path(), full_requests());
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("not a socket"));
    EXPECT_EQ(xvrrp::test::read_file(path()), "precious");
}

TEST_F(control_server, does_not_remove_a_socket_that_took_its_place)
{
    auto first = std::make_unique<server>(open());
    std::filesystem::remove(path());
    const server second = open();
    first.reset();
    EXPECT_TRUE(answers());
}

TEST_F(control_server, says_which_path_it_can_not_use)
{
    EXPECT_EQ(server::open("control.sock", full_requests()).error().what,
              "control socket control.sock: not an absolute path");
    const auto long_path = directory_ / std::string(120, 'x');
    EXPECT_THAT(server::open(long_path, full_requests()).error().what, HasSubstr("1 to 107 bytes"));
    EXPECT_THAT(server::open("/proc/xvrrp/control.sock", full_requests()).error().what,
                HasSubstr("control socket /proc/xvrrp/control.sock: No such file"));
}

} // namespace
} // namespace xvrrp::control::test
