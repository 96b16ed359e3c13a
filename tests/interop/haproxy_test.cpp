// SPDX-License-Identifier: BSD-2-Clause
//
// A pair of HAProxies, as tutorials set it up: xvrrpd beside each, which looks whether the process is there. Each host
// sees its own processes alone, as pkill(1) and killall(1) have to.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>

#include "lab/eventually.hpp"
#include "lab/scratch.hpp"
#include "lab/segment.hpp"
#include "support/container.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using lab::eventually;

constexpr auto patience = 20s;
constexpr const char* vip = "10.0.0.70";

/// Answers each request with the name of its host.
std::string haproxy_file(const std::string& name)
{
    return "global\n    maxconn 100\n"
           "defaults\n    mode http\n    timeout client 5s\n    timeout connect 5s\n    timeout server 5s\n"
           "frontend web\n    bind " +
           std::string(vip) + ":80\n    http-request return status 200 content-type text/plain string " + name + "\n";
}

struct side {
    const char* state;
    const char* priority;
    const char* look; ///< the command that finds HAProxy
};

/// The tutorials have an interval of 2.
std::string router_file(const side& which, const std::string& own, const std::string& other)
{
    return "global_defs {\n    enable_script_security\n    script_user root\n}\n"
           "vrrp_script chk_haproxy {\n    script \"" +
           std::string(which.look) +
           " -0 haproxy\"\n    interval 1\n    weight 2\n}\n"
           "vrrp_instance VI_1 {\n    interface eth0\n    state " +
           which.state + "\n    virtual_router_id 51\n    priority " + which.priority +
           "\n    advert_int 1\n    unicast_src_ip " + own + "\n    unicast_peer {\n        " + other +
           "\n    }\n    authentication {\n        auth_type PASS\n        auth_pass 1111\n    }\n"
           "    virtual_ipaddress {\n        " +
           vip + "\n    }\n    track_script {\n        chk_haproxy\n    }\n}\n";
}

/// A host with HAProxy and xvrrpd.
class balancer {
public:
    balancer(const lab::host& place, const std::string& router)
        : files_(must(lab::scratch_directory::create("balancer"))),
          pins_(std::filesystem::path("/sys/fs/bpf") / lab::unique_name("balancer")),
          host_(std::make_unique<container>(place.ns(), std::vector<std::string>{"tail", "-f", "/dev/null"}))
    {
        // An address that isn't there yet can be listened at.
        must(place.ns().set_sysctl("net/ipv4/ip_nonlocal_bind", "1"));
        must(files_.write("haproxy.cfg", haproxy_file(place.role())));
        EXPECT_TRUE(eventually(patience, [this] { return host_->runs("tail"); })) << host_->log();
        start_haproxy();
        router_.emplace(start({xvrrpd_binary(), "-n", "-l", "-G", "-f", must(files_.write("xvrrpd.conf", router)), "-p",
                               file("pid"), "--bpf-dir", pins_, "--socket", file("control.sock")}));
    }
    balancer(const balancer&) = delete;
    balancer& operator=(const balancer&) = delete;
    ~balancer()
    {
        router_.reset();
        haproxy_.reset();
        host_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(pins_, ignored);
    }

    void start_haproxy() { haproxy_.emplace(start({"haproxy", "-db", "-f", file("haproxy.cfg")})); }
    void kill_haproxy() { haproxy_.reset(); }
    [[nodiscard]] std::string log() const { return router_->output() + haproxy_log(); }
    [[nodiscard]] bool says(const std::string& text) const
    {
        return eventually(patience, [&] { return router_->output().find(text) != std::string::npos; });
    }

private:
    [[nodiscard]] std::string file(const std::string& name) const { return files_.path() / name; }
    [[nodiscard]] std::string haproxy_log() const { return haproxy_ ? haproxy_->output() : ""; }
    [[nodiscard]] lab::process start(const std::vector<std::string>& command) const
    {
        std::vector<std::string> argv{"nsenter", "--target", std::to_string(host_->pid_1()), "--net", "--pid",
                                      "--mount", "--"};
        argv.insert(argv.end(), command.begin(), command.end());
        return must(lab::process::start(argv));
    }

    lab::scratch_directory files_;
    std::filesystem::path pins_;
    std::unique_ptr<container> host_;
    std::optional<lab::process> haproxy_;
    std::optional<lab::process> router_;
};

TEST(HaproxyPair, TheAddressFollowsTheProcessThereAndBack)
{
    lab::segment lan = must(lab::segment::create({"lb1", "lb2", "client"}));
    const std::string one = lan["lb1"].ipv4();
    const std::string two = lan["lb2"].ipv4();
    balancer first(lan["lb1"], router_file({"MASTER", "101", "/usr/bin/pkill"}, one, two));
    balancer second(lan["lb2"], router_file({"BACKUP", "100", "/usr/bin/killall"}, two, one));
    const auto is_served_by = [&](const std::string& name) {
        return eventually(patience, [&] {
            const auto got = lan["client"].ns().exec({"curl", "-s", "-m", "1", std::string("http://") + vip + "/"});
            return got && got->ok() && got->output == name;
        });
    };
    const auto logs = [&] { return "lb1:\n" + first.log() + "lb2:\n" + second.log(); };
    ASSERT_TRUE(is_served_by("lb1")) << logs();
    ASSERT_TRUE(second.says("Changing effective priority from 100 to 102")) << logs();
    ASSERT_TRUE(is_served_by("lb1")) << logs();

    first.kill_haproxy();
    EXPECT_TRUE(is_served_by("lb2")) << logs();
    EXPECT_TRUE(eventually(patience, [&] { return !lan["lb1"].ns().has_address(vip); })) << logs();
    first.start_haproxy();
    EXPECT_TRUE(is_served_by("lb1")) << logs();
    EXPECT_TRUE(eventually(patience, [&] { return !lan["lb2"].ns().has_address(vip); })) << logs();
}

} // namespace
} // namespace xvrrp::test
