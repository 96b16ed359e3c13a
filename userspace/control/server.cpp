// SPDX-License-Identifier: BSD-2-Clause
//
// The control server's socket and its thread. The thread owns the connections; the rest of the process only tells it to
// stop.
#include "control/server.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <list>
#include <system_error>
#include <thread>

#include "control/connection.hpp"
#include "control/quiet_thread.hpp"
#include "control/unix_socket.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::control {
namespace {

using std::chrono::steady_clock;

/// Whether a socket that is in the way may be removed: nothing, if nobody serves it.
result<void> check_stale(const std::filesystem::path& path, const unix_socket_address& address)
{
    struct stat found{};
    if (::lstat(path.c_str(), &found) == 0 && !S_ISSOCK(found.st_mode)) {
        return fail("control socket " + path.string() + ": something that is not a socket has this name; remove it");
    }
    const descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe) {
        return fail_errno("control socket " + path.string(), errno);
    }
    // EAGAIN: it is served, only its queue is full.
    if (::connect(probe.get(), address.get(), address.length) == 0 || errno == EAGAIN) {
        return fail("control socket " + path.string() + ": another xvrrpd serves it; give this one another --socket");
    }
    if (errno != ECONNREFUSED && errno != ENOENT) {
        return fail_errno("control socket " + path.string(), errno);
    }
    return {};
}

result<descriptor> listen_at(const std::filesystem::path& path)
{
    const auto address = unix_address(path.native());
    if (!address) {
        return fail_within("control socket", address.error());
    }
    descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // Linux gives the file the mode of the socket, so there is no moment at which others could connect (unix(7) speaks
    // of the umask alone, which a thread can't change for itself).
    if (!listener || ::fchmod(listener.get(), S_IRUSR | S_IWUSR) != 0) {
        return fail_errno("control socket " + path.string(), errno);
    }
    int outcome = ::bind(listener.get(), address->get(), address->length);
    if (outcome != 0 && errno == EADDRINUSE) {
        if (auto stale = check_stale(path, *address); !stale) {
            return std::unexpected(stale.error());
        }
        ::unlink(path.c_str());
        outcome = ::bind(listener.get(), address->get(), address->length);
    }
    if (outcome != 0 || ::listen(listener.get(), SOMAXCONN) != 0) {
        return fail_errno("control socket " + path.string(), errno);
    }
    return listener;
}

} // namespace

struct server::state {
    state(std::filesystem::path at, descriptor socket, requests callbacks, const server_limits& how)
        : path(std::move(at)), listener(std::move(socket)), answers(std::move(callbacks)), limits(how),
          wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    {
        ::stat(path.c_str(), &bound);
    }
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    state(state&&) = delete;
    state& operator=(state&&) = delete;
    ~state()
    {
        stopping.store(true);
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t ignored = ::write(wake.get(), &one, sizeof one);
        if (thread.joinable()) {
            thread.join();
        }
        struct stat now{};
        if (::stat(path.c_str(), &now) == 0 && now.st_ino == bound.st_ino && now.st_dev == bound.st_dev) {
            ::unlink(path.c_str());
        }
    }

    void run();
    void accept_one();
    void make_room();
    void serve(const std::vector<pollfd>& polled);
    [[nodiscard]] std::vector<pollfd> to_poll() const;
    [[nodiscard]] int patience() const;

    const std::filesystem::path path;
    const descriptor listener;
    const requests answers;
    const server_limits limits;
    const descriptor wake;
    struct stat bound{};
    std::atomic<bool> stopping{false};
    std::list<connection> connections; ///< oldest first; the thread's own
    time_point accept_again{};         ///< later than now when descriptors had run out
    std::thread thread;
};

void server::state::run()
{
    while (!stopping.load()) {
        std::vector<pollfd> polled = to_poll();
        if (::poll(polled.data(), polled.size(), patience()) < 0) {
            continue; // EINTR can't be, ENOMEM passes
        }
        const time_point asked = steady_clock::now();
        serve(polled);
        if ((polled[1].revents & POLLIN) != 0) {
            accept_one();
        }
        // As of before serving: a client whose request came while another's answer took long isn't to blame for it.
        connections.remove_if([asked](const connection& each) { return each.is_over() || each.deadline() <= asked; });
    }
}

/// wake, listener, then the connections in their order.
std::vector<pollfd> server::state::to_poll() const
{
    const bool accepting = steady_clock::now() >= accept_again;
    std::vector<pollfd> polled{{.fd = wake.get(), .events = POLLIN, .revents = 0},
                               {.fd = accepting ? listener.get() : -1, .events = POLLIN, .revents = 0}};
    for (const connection& each : connections) {
        polled.push_back({.fd = each.fd(), .events = each.awaited(), .revents = 0});
    }
    return polled;
}

/// Milliseconds to the next deadline, at most a second: without an eventfd, which the system may refuse, a stop is
/// seen that late.
int server::state::patience() const
{
    time_point next = steady_clock::now() + std::chrono::seconds(1);
    for (const connection& each : connections) {
        next = std::min(next, each.deadline());
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - steady_clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void server::state::serve(const std::vector<pollfd>& polled)
{
    auto place = polled.begin() + 2;
    for (connection& each : connections) {
        if (place->revents != 0) {
            each.proceed(answers);
        }
        ++place;
    }
}

void server::state::accept_one()
{
    descriptor client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!client) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            accept_again = steady_clock::now() + std::chrono::milliseconds(200);
        }
        return;
    }
    if (connections.size() >= limits.connections) {
        make_room();
    }
    connections.emplace_back(std::move(client), limits, steady_clock::now());
}

void server::state::make_room()
{
    auto oldest =
        std::find_if(connections.begin(), connections.end(), [](const auto& each) { return each.is_asking(); });
    connections.erase(oldest == connections.end() ? connections.begin() : oldest);
}

server::server(std::unique_ptr<state> owned) : state_(std::move(owned)) {}
server::server(server&&) noexcept = default;
server& server::operator=(server&&) noexcept = default;
server::~server() = default;

result<server> server::open(const std::filesystem::path& path, requests callbacks, const server_limits& limits)
{
    if (!path.is_absolute()) {
        return fail("control socket " + path.string() + ": not an absolute path");
    }
    std::error_code ignored; // a directory that can't be made shows in bind, with a better message
    std::filesystem::create_directories(path.parent_path(), ignored);
    auto listener = listen_at(path);
    if (!listener) {
        return std::unexpected(listener.error());
    }
    auto made = std::make_unique<state>(path, std::move(*listener), std::move(callbacks), limits);
    try {
        made->thread = start_quiet_thread("xvrrp-control", [running = made.get()] { running->run(); });
    } catch (const std::system_error& refused) {
        return fail_errno("a thread for the control socket", refused.code().value());
    }
    return server(std::move(made));
}

} // namespace xvrrp::control
