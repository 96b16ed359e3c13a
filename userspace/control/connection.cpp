// SPDX-License-Identifier: BSD-2-Clause
//
// One client of the control server.
#include "control/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "control/json.hpp"

namespace xvrrp::control {
namespace {

using nlohmann::json;

json refusal(const std::string& why)
{
    return {{"ok", false}, {"error", why}};
}

/// A value under its command's name.
template <class T> json answer_with(const std::string& command, const result<T>& value)
{
    return value ? json{{"ok", true}, {command, to_json(*value)}} : refusal(value.error().what);
}

json run(const std::string& command, const requests& callbacks)
{
    if (command == "status") {
        return answer_with(command, callbacks.status());
    }
    if (command == "failovers") {
        return answer_with(command, callbacks.failovers());
    }
    if (command == "sessions") {
        return answer_with(command, callbacks.sessions());
    }
    if (command == "reload") {
        const auto done = callbacks.reload();
        return done ? json{{"ok", true}} : refusal(done.error().what);
    }
    return refusal("unknown command \"" + command + "\": this xvrrpd knows status, failovers, sessions and reload");
}

json answer_document(const std::string& request, const requests& callbacks)
{
    const json asked = json::parse(request, nullptr, false);
    if (!asked.is_object() || !asked.contains("command") || !asked["command"].is_string()) {
        return refusal(R"(not a request: expected one line like {"command":"status"})");
    }
    return run(asked["command"].get<std::string>(), callbacks);
}

} // namespace

std::string answer_to(const std::string& request, const requests& callbacks)
{
    try {
        return dump(answer_document(request, callbacks)) + "\n";
    } catch (const std::exception& failure) {
        return dump(refusal(std::string("internal error: ") + failure.what())) + "\n";
    }
}

short connection::awaited() const
{
    return phase_ == phase::asking ? POLLIN : POLLOUT;
}

void connection::proceed(const requests& callbacks)
{
    if (phase_ == phase::asking) {
        read();
        const auto end = request_.find('\n');
        if (end != std::string::npos && end <= limits_->request_bytes) {
            answer(answer_to(request_.substr(0, end), callbacks));
        } else if (request_.size() > limits_->request_bytes) {
            answer(dump(refusal("the request is longer than " + std::to_string(limits_->request_bytes) + " bytes")) +
                   "\n");
        }
    }
    if (phase_ == phase::answering) {
        write();
    }
}

/// One read for each call, so that a client that never stops sending can't hold the thread.
void connection::read()
{
    std::array<char, 4096> part{};
    const ssize_t count = ::recv(socket_.get(), part.data(), part.size(), 0);
    if (count > 0) {
        request_.append(part.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        phase_ = phase::over;
    }
}

void connection::answer(std::string line)
{
    response_ = std::move(line);
    phase_ = phase::answering;
    deadline_ = std::chrono::steady_clock::now() + limits_->response;
}

void connection::write()
{
    while (sent_ < response_.size()) {
        const ssize_t count =
            ::send(socket_.get(), response_.data() + sent_, response_.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count >= 0) {
            sent_ += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            break;
        }
    }
    phase_ = phase::over;
}

} // namespace xvrrp::control
