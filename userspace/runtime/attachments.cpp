// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/attachments.hpp"

#include <fmt/core.h>

#include <chrono>

#include "runtime/messages.hpp"

namespace xvrrp::runtime {

result<void> attachments::need(interface_index interface, const std::string& name, xdp_mode wanted)
{
    if (const auto already = attached_.find(interface); already != attached_.end()) {
        if (already->second.wanted.insert(wanted).second) {
            log_(log_level::warning, fmt::format("{}: stays attached as it is ({}); another xdp_mode counts from the "
                                                 "next start of xvrrpd on",
                                                 name, mode_name(already->second.mode)));
        }
        return {};
    }
    const result<datapath::attachment> done = kernel_.attach(interface, name, wanted);
    if (!done) {
        return std::unexpected(done.error());
    }
    attached_.emplace(interface,
                      held{.mode = done->mode, .wanted = {wanted}, .since = std::chrono::steady_clock::now()});
    watch_sources();
    if (!done->remark.empty()) {
        const bool lossy = done->mode == datapath::attach_mode::socket && wanted != xdp_mode::socket;
        log_(lossy ? log_level::warning : log_level::info, done->remark);
    }
    log_(log_level::debug, fmt::format("{}: listening, {}{}", name, mode_name(done->mode),
                                       done->adopted ? ", the program of an earlier run was replaced in place" : ""));
    return {};
}

void attachments::forget(interface_index interface)
{
    if (attached_.erase(interface) > 0) {
        kernel_.detach(interface);
        watch_sources();
    }
}

void attachments::keep_only(const std::set<interface_index>& needed)
{
    std::vector<interface_index> unneeded;
    for (const auto& [interface, how] : attached_) {
        if (!needed.contains(interface)) {
            unneeded.push_back(interface);
        }
    }
    for (const interface_index each : unneeded) {
        forget(each);
    }
}

std::optional<datapath::attach_mode> attachments::mode(interface_index interface) const
{
    const auto found = attached_.find(interface);
    return found == attached_.end() ? std::nullopt : std::optional(found->second.mode);
}

std::optional<time_point> attachments::since(interface_index interface) const
{
    const auto found = attached_.find(interface);
    return found == attached_.end() ? std::nullopt : std::optional(found->second.since);
}

std::vector<interface_index> attachments::all() const
{
    std::vector<interface_index> interfaces;
    interfaces.reserve(attached_.size());
    for (const auto& [interface, how] : attached_) {
        interfaces.push_back(interface);
    }
    return interfaces;
}

void attachments::watch_sources()
{
    // A closed descriptor may come back under its old number for another source, so all are entered anew.
    for (const int fd : watched_) {
        loop_.forget(fd);
    }
    watched_.clear();
    for (const int fd : kernel_.fds()) {
        if (result<void> watching = loop_.watch(fd); !watching) {
            log_(log_level::error, "listening for adverts: " + watching.error().what);
            continue;
        }
        watched_.insert(fd);
    }
}

} // namespace xvrrp::runtime
