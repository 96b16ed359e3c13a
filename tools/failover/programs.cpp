// SPDX-License-Identifier: BSD-2-Clause
//
// Finding programs (see programs.hpp).
#include "failover/programs.hpp"

#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace xvrrp::failover {
namespace {

namespace fs = std::filesystem;

bool can_run(const fs::path& program)
{
    return ::access(program.c_str(), X_OK) == 0 && !fs::is_directory(program);
}

/// PATH, and where the daemons are that users don't have in theirs.
std::vector<fs::path> search_path()
{
    const char* path = std::getenv("PATH");
    std::istringstream parts(std::string(path == nullptr ? "" : path) + ":/usr/local/sbin:/usr/sbin:/sbin");
    std::vector<fs::path> places;
    for (std::string part; std::getline(parts, part, ':');) {
        if (!part.empty()) {
            places.emplace_back(part);
        }
    }
    return places;
}

std::vector<fs::path> places_of_xvrrpd()
{
    std::error_code ignored;
    const fs::path here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    std::vector<fs::path> places{here, here.parent_path() / "sbin"};
    for (auto& each : search_path()) {
        places.push_back(std::move(each));
    }
    return places;
}

} // namespace

result<fs::path> find_xvrrpd(const fs::path& wanted)
{
    if (!wanted.empty()) {
        return can_run(wanted) ? result<fs::path>(fs::absolute(wanted)) : fail(wanted.string() + ": can't be run");
    }
    for (const fs::path& place : places_of_xvrrpd()) {
        if (can_run(place / "xvrrpd")) {
            return place / "xvrrpd";
        }
    }
    return fail("xvrrpd isn't installed; give --xvrrpd PATH");
}

result<void> check_installed(daemon_kind daemon)
{
    if (::geteuid() != 0) {
        return fail("root is needed: the experiment makes network namespaces");
    }
    if (daemon == daemon_kind::frr && !can_run("/usr/lib/frr/vrrpd")) {
        return fail("frr isn't installed (no /usr/lib/frr/vrrpd)");
    }
    if (daemon != daemon_kind::keepalived) {
        return {};
    }
    for (const fs::path& place : search_path()) {
        if (can_run(place / "keepalived")) {
            return {};
        }
    }
    return fail("keepalived isn't installed");
}

} // namespace xvrrp::failover
