// SPDX-License-Identifier: BSD-2-Clause
//
// One request to the daemon and its reply.
#include "control/client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "control/json.hpp"
#include "control/unix_socket.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::control {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;

/// A status of 4 000 instances is some megabytes.
constexpr std::size_t longest_reply = std::size_t{64} * 1024 * 1024;

template <class T> using outcome = std::expected<T, client_failure>;

std::unexpected<client_failure> failed(failure_kind kind, std::string message)
{
    return std::unexpected(client_failure{.kind = kind, .message = std::move(message)});
}

std::unexpected<client_failure> no_answer(const client_settings& settings)
{
    return failed(failure_kind::no_answer, "xvrrpd doesn't answer at " + settings.socket.string() + " (waited " +
                                               std::to_string(settings.timeout.count() / 1000) +
                                               " s); its log may say why");
}

std::unexpected<client_failure> explain(const client_settings& settings, int code)
{
    const std::string path = settings.socket.string();
    switch (code) {
    case ENOENT:
        return failed(failure_kind::not_running, "xvrrpd isn't running (no socket at " + path + ")");
    case ECONNREFUSED:
        return failed(failure_kind::not_running, "xvrrpd isn't running (nobody listens at " + path + ")");
    case EACCES:
    case EPERM:
        return failed(failure_kind::not_permitted, path + ": permission denied; run xvrrpctl as root");
    case EAGAIN:
        return no_answer(settings);
    default:
        return failed(failure_kind::no_answer, fail_errno(path, code).error().what);
    }
}

outcome<descriptor> connect_to(const client_settings& settings)
{
    const auto address = unix_address(settings.socket.native());
    if (!address) {
        return failed(failure_kind::not_running, address.error().what);
    }
    descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // It bounds connect, which waits for room in the server's queue, as well as send.
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(settings.timeout);
    const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(settings.timeout - seconds);
    const timeval limit{.tv_sec = seconds.count(), .tv_usec = rest.count()};
    if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0 ||
        ::connect(socket.get(), address->get(), address->length) != 0) {
        return explain(settings, errno);
    }
    return socket;
}

/// Up to the end of the line.
outcome<std::string> read_reply(const client_settings& settings, const descriptor& socket,
                                steady_clock::time_point deadline)
{
    std::string reply;
    std::array<char, 65536> part{};
    while (reply.size() < longest_reply) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
        pollfd waiting{.fd = socket.get(), .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
            return no_answer(settings);
        }
        const ssize_t count = ::recv(socket.get(), part.data(), part.size(), MSG_DONTWAIT);
        if (count > 0) {
            reply.append(part.data(), static_cast<std::size_t>(count));
            if (reply.back() == '\n') {
                return reply;
            }
        } else if (count == 0 || errno == ECONNRESET) {
            return failed(failure_kind::no_answer, "xvrrpd closed the connection at " + settings.socket.string() +
                                                       " without an answer; try again");
        } else if (errno != EAGAIN && errno != EINTR) {
            return explain(settings, errno);
        }
    }
    return failed(failure_kind::reply_error, settings.socket.string() + ": the answer is too long to be xvrrpd's");
}

/// The reply's document, once it says that all went well.
outcome<json> ask(const client_settings& settings, std::string_view command)
{
    const auto deadline = steady_clock::now() + settings.timeout;
    const auto socket = connect_to(settings);
    if (!socket) {
        return std::unexpected(socket.error());
    }
    const std::string request = dump(json{{"command", command}}) + "\n";
    // A server that refuses us without reading has its answer in our queue already: reading says more than EPIPE.
    if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) < 0 && errno != EPIPE) {
        return explain(settings, errno);
    }
    const auto reply = read_reply(settings, *socket, deadline);
    if (!reply) {
        return std::unexpected(reply.error());
    }
    json document = json::parse(*reply, nullptr, false);
    if (!document.is_object() || !document.contains("ok") || !document["ok"].is_boolean()) {
        return failed(failure_kind::reply_error, settings.socket.string() + ": the answer is not one of xvrrpd's");
    }
    if (!document["ok"].get<bool>()) {
        const auto why = document.find("error");
        return failed(failure_kind::reply_error,
                      why != document.end() && why->is_string() ? why->get<std::string>() : "refused without a reason");
    }
    return document;
}

/// The value that a command is answered with, which stands under the command's name.
template <class T>
outcome<T> ask_for(const client_settings& settings, const char* command, result<T> (*read)(const json&))
{
    const auto reply = ask(settings, command);
    if (!reply) {
        return std::unexpected(reply.error());
    }
    result<T> value = read(reply->value(command, json()));
    if (!value) {
        return failed(failure_kind::reply_error, settings.socket.string() + ": " + value.error().what);
    }
    return std::move(*value);
}

} // namespace

std::expected<daemon_status, client_failure> request_status(const client_settings& settings)
{
    return ask_for(settings, "status", from_json);
}

std::expected<std::vector<failover_report>, client_failure> request_failovers(const client_settings& settings)
{
    return ask_for(settings, "failovers", failovers_from_json);
}

std::expected<std::vector<session_status>, client_failure> request_sessions(const client_settings& settings)
{
    return ask_for(settings, "sessions", sessions_from_json);
}

std::expected<void, client_failure> request_reload(const client_settings& settings)
{
    const auto reply = ask(settings, "reload");
    if (!reply) {
        return std::unexpected(reply.error());
    }
    return {};
}

} // namespace xvrrp::control
