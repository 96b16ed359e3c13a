// SPDX-License-Identifier: BSD-2-Clause
//
// For the tests of control and of the daemon's supporting parts: a directory of the test's own, raw unix sockets, a
// status with something in every field.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "control/server.hpp"
#include "control/snapshot.hpp"
#include "xvrrp/descriptor.hpp"

namespace xvrrp::test {

/// Unique, and gone with everything in it at the end.
class temporary_directory {
public:
    temporary_directory();
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;
    temporary_directory(temporary_directory&&) = delete;
    temporary_directory& operator=(temporary_directory&&) = delete;
    ~temporary_directory();
    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// Looks every few milliseconds; false when `limit` passes first.
bool wait_for(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(10));

/// A connected stream socket; throws where there is nobody.
descriptor connect_raw(const std::filesystem::path& path);
void send_raw(const descriptor& socket, std::string_view bytes);
/// Up to the end of the stream, for ten seconds at most; what had come by then.
std::string read_raw(const descriptor& socket);

/// A datagram socket bound to a path, or to "@name".
descriptor bind_datagram(const std::string& name);
/// The next datagram, waited for up to ten seconds; throws when none comes.
std::string receive_datagram(const descriptor& socket);

std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view content);

/// Three instances: one that serves, one in the background, one at fault. Every field of every struct differs from its
/// default somewhere.
control::daemon_status full_status();
/// Two takeovers and the return to Backup between them. Every field of every struct differs from its default somewhere.
std::vector<control::failover_report> full_failovers();
/// One that is up and damped, one that never had a reply. Every field differs from its default somewhere.
std::vector<control::session_status> full_sessions();
/// Answers with these.
control::requests full_requests();

} // namespace xvrrp::test
