// SPDX-License-Identifier: BSD-2-Clause
//
// keepalived or xvrrpd, alone in a laboratory of its own with a file that was written for some other place: the scripts
// that the file names are there, and what the router does is written down in lines that are the same for both
// daemons, if they do the same. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "interop/style_comparison.hpp"
#include "lab/capture.hpp"
#include "lab/flood.hpp"
#include "lab/peers.hpp"
#include "lab/scratch.hpp"
#include "lab/segment.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::test {

/// What the laboratory has besides eth0, and where the file expects its scripts.
struct style_surroundings {
    std::vector<std::string> script_directories{};
    std::vector<std::string> interfaces{};
    std::vector<std::string> prepared{}; ///< lines for `ip -batch` on the router's host
};

/// A directory in the place of those that a file has its scripts in. A script whose name has "check" or "chk" in it
/// succeeds until it is told to fail; one with "fifo" writes down the lines that it reads there, the others how they
/// were called. What has no dot in its name is no script.
class style_scripts {
public:
    style_scripts(std::string file, const std::vector<std::string>& directories);

    /// The file, with this directory in it.
    [[nodiscard]] const std::string& file() const { return file_; }
    void fail(const std::string& script) const;
    void succeed(const std::string& script) const;
    /// "NAME ARGUMENTS" of each call so far, or "NAME LINE".
    [[nodiscard]] std::vector<std::string> calls() const;
    [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }

private:
    void write_script(const std::string& name) const;

    lab::scratch_directory directory_;
    std::string file_;
};

/// What `xvrrpd -t` says of the file: severity and text of each remark, the directory called SCRIPTS.
std::vector<std::string> remarks_of(const style_scripts& scripts);

class style_lab {
public:
    style_lab(daemon_kind kind, const std::string& file, const style_surroundings& around);

    // What can happen to it.
    void start();
    void pull_cable();
    void plug_in();
    void take_down(const std::string& interface);
    void bring_up(const std::string& interface);
    /// Another router is heard from now on, by all VRIDs that this one has sent adverts of.
    void hear_router(unsigned priority);
    void hear_nobody();
    void hear_one_advert(unsigned priority); ///< of each
    void reload();
    void begin_stop(); ///< SIGTERM
    [[nodiscard]] style_scripts& scripts() { return scripts_; }

    // What there is to see.
    [[nodiscard]] std::string log() const;
    [[nodiscard]] bool ended();
    [[nodiscard]] std::vector<lab::advert> adverts() const;
    [[nodiscard]] bool has_lost_frames() const { return heard_->lost() > 0; }

    [[nodiscard]] std::vector<std::string> address_lines() const;
    [[nodiscard]] std::vector<std::string> route_lines() const; ///< and rules; what the kernel makes by itself aside
    [[nodiscard]] std::vector<std::string> advert_lines() const;
    /// How often each frame was sent in the first round after that time.
    [[nodiscard]] std::vector<std::string> announcement_lines(time_point since) const;
    [[nodiscard]] std::vector<std::string> state_lines() const;
    /// What each instance's priority was last changed to, in the log from there on.
    [[nodiscard]] std::vector<std::string> priority_lines(std::size_t from) const;

private:
    [[nodiscard]] std::string interface_of(const mac_address& mac) const;
    /// Adverts of another router, each for a router that this one has sent adverts of.
    [[nodiscard]] std::vector<lab::frame> adverts_of_another(unsigned priority) const;
    [[nodiscard]] lab::host& router() const { return (*lan_)["router"]; }

    daemon_kind kind_;
    style_scripts scripts_;
    std::unique_ptr<lab::segment> lan_;
    std::unique_ptr<lab::capture> heard_;
    std::vector<std::string> interfaces_;
    std::optional<lab::flood> other_;
    std::optional<lab::keepalived> keepalived_;
    std::unique_ptr<xvrrpd> xvrrpd_;
};

} // namespace xvrrp::test
