// SPDX-License-Identifier: BSD-2-Clause
//
// The client with a real server, with servers that misbehave, and with none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <thread>

#include "control/client.hpp"
#include "control/json.hpp"
#include "control/server.hpp"
#include "control/unix_socket.hpp"
#include "control_support.hpp"
#include "support/must.hpp"

namespace xvrrp::control::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using xvrrp::test::full_failovers;
using xvrrp::test::full_requests;
using xvrrp::test::full_sessions;
using xvrrp::test::full_status;
using xvrrp::test::must;
using xvrrp::test::temporary_directory;

/// Accepts one connection, reads the request, answers with these bytes and hangs up; nullopt: keeps silent.
class odd_server {
public:
    odd_server(const std::filesystem::path& path, std::optional<std::string> reply)
        : listener_(::socket(AF_UNIX, SOCK_STREAM, 0))
    {
        const auto address = must(unix_address(path.native()));
        if (::bind(listener_.get(), address.get(), address.length) != 0 || ::listen(listener_.get(), 1) != 0) {
            throw std::runtime_error("odd_server");
        }
        thread_ = std::thread([this, answer = std::move(reply)] {
            client_ = descriptor(::accept(listener_.get(), nullptr, nullptr));
            std::array<char, 100> request{};
            [[maybe_unused]] const ssize_t ignored = ::recv(client_.get(), request.data(), request.size(), 0);
            if (answer) {
                xvrrp::test::send_raw(client_, *answer);
                client_.reset();
            }
        });
    }
    odd_server(const odd_server&) = delete;
    odd_server& operator=(const odd_server&) = delete;
    odd_server(odd_server&&) = delete;
    odd_server& operator=(odd_server&&) = delete;
    ~odd_server() { thread_.join(); }

private:
    descriptor listener_;
    descriptor client_;
    std::thread thread_;
};

class control_client : public testing::Test {
protected:
    [[nodiscard]] std::filesystem::path path() const { return directory_ / "control.sock"; }
    [[nodiscard]] client_failure failure(std::chrono::milliseconds timeout = 5s) const
    {
        const auto answer = request_status({.socket = path(), .timeout = timeout});
        return answer ? client_failure{.kind = failure_kind::reply_error, .message = "answered"} : answer.error();
    }

    temporary_directory directory_;
};

TEST_F(control_client, gets_the_status_and_reloads)
{
    int reloads = 0;
    requests counted = full_requests();
    counted.reload = [&] {
        ++reloads;
        return result<void>();
    };
    const auto serving = must(server::open(path(), std::move(counted)));
    const auto status = request_status({.socket = path()});
    ASSERT_TRUE(status) << status.error().message;
    EXPECT_EQ(dump(to_json(*status)), dump(to_json(full_status())));
    EXPECT_TRUE(request_reload({.socket = path()}));
    EXPECT_EQ(reloads, 1);
}

TEST_F(control_client, gets_failovers_and_sessions)
{
    const auto serving = must(server::open(path(), full_requests()));
    const auto failovers = request_failovers({.socket = path()});
    ASSERT_TRUE(failovers) << failovers.error().message;
    EXPECT_EQ(dump(to_json(*failovers)), dump(to_json(full_failovers())));
    const auto sessions = request_sessions({.socket = path()});
    ASSERT_TRUE(sessions) << sessions.error().message;
    EXPECT_EQ(dump(to_json(*sessions)), dump(to_json(full_sessions())));
}

TEST_F(control_client, hands_on_why_a_reload_was_refused)
{
    requests unwilling = full_requests();
    unwilling.reload = [] { return result<void>(fail("a.conf:1:2: bad")); };
    const auto serving = must(server::open(path(), std::move(unwilling)));
    const auto answer = request_reload({.socket = path()});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, failure_kind::reply_error);
    EXPECT_EQ(answer.error().message, "a.conf:1:2: bad");
}

TEST_F(control_client, no_daemon)
{
    EXPECT_EQ(failure().kind, failure_kind::not_running);
    EXPECT_EQ(failure().message, "xvrrpd isn't running (no socket at " + path().string() + ")");
}

TEST_F(control_client, a_dead_daemons_socket)
{
    {
        const auto address = must(unix_address(path().native()));
        const descriptor dead(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        ASSERT_EQ(::bind(dead.get(), address.get(), address.length), 0);
    }
    EXPECT_EQ(failure().kind, failure_kind::not_running);
    EXPECT_EQ(failure().message, "xvrrpd isn't running (nobody listens at " + path().string() + ")");
}

TEST_F(control_client, not_permitted)
{
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root, to become somebody else";
    }
    const auto serving = must(server::open(path(), full_requests()));
    ASSERT_EQ(::seteuid(65534), 0);
    const client_failure refused = failure();
    ASSERT_EQ(::seteuid(0), 0);
    EXPECT_EQ(refused.kind, failure_kind::not_permitted);
    EXPECT_EQ(refused.message, path().string() + ": permission denied; run xvrrpctl as root");
}

TEST_F(control_client, a_server_that_keeps_silent)
{
    const odd_server silent(path(), std::nullopt);
    EXPECT_EQ(failure(300ms).kind, failure_kind::no_answer);
}

TEST_F(control_client, a_server_that_never_accepts)
{
    const auto address = must(unix_address(path().native()));
    const descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::bind(listener.get(), address.get(), address.length), 0);
    ASSERT_EQ(::listen(listener.get(), 0), 0);
    const descriptor fills_the_queue = xvrrp::test::connect_raw(path());
    const client_failure refused = failure(1000ms);
    EXPECT_EQ(refused.kind, failure_kind::no_answer);
    EXPECT_THAT(refused.message, HasSubstr("doesn't answer at " + path().string() + " (waited 1 s)"));
}

TEST_F(control_client, a_server_that_hangs_up)
{
    const odd_server rude(path(), "");
    EXPECT_THAT(failure().message, HasSubstr("without an answer"));
}

TEST_F(control_client, answers_that_are_none)
{
    const std::pair<const char*, const char*> answers[] = {
        {"HTTP/1.1 400 Bad Request\n", "the answer is not one of xvrrpd's"},
        {"{\"ok\":1}\n", "the answer is not one of xvrrpd's"},
        {"{\"ok\":false}\n", "refused without a reason"},
        {"{\"ok\":true}\n", "status: not an object"},
        {"{\"ok\":true,\"status\":{\"pid\":[]}}\n", "status.pid: not a number of its range"}};
    for (const auto& [reply, message] : answers) {
        const odd_server odd(path(), reply);
        EXPECT_THAT(failure().message, HasSubstr(message)) << reply;
        std::filesystem::remove(path());
    }
}

} // namespace
} // namespace xvrrp::control::test
