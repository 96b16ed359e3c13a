// SPDX-License-Identifier: BSD-2-Clause
//
// A script with a weight, in one file for both daemons: when the process that it looks for dies the address moves, and
// it moves back when the process is there again. With keepalived on both hosts, with xvrrpd, and with one of each.
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "lab/eventually.hpp"
#include "lab/peers.hpp"
#include "lab/scratch.hpp"
#include "lab/segment.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using lab::eventually;
using lab::throughout;

constexpr auto patience = 20s;
constexpr const char* vip = "10.0.0.70";

/// A process with a name of its own, which pkill(1) finds: a copy of sleep(1).
class service {
public:
    explicit service(const std::string& name)
        : directory_(must(lab::scratch_directory::create("service"))), program_(directory_.path() / name)
    {
        std::filesystem::copy_file("/bin/sleep", program_);
        start();
    }
    void start() { process_.emplace(must(lab::process::start({program_.string(), "1000"}))); }
    void kill() { process_.reset(); }

private:
    lab::scratch_directory directory_;
    std::filesystem::path program_;
    std::optional<lab::process> process_;
};

std::string file_for(unsigned priority, const std::string& name)
{
    return "global_defs {\n  enable_script_security\n  script_user root\n}\n"
           "vrrp_script chk {\n  script \"/usr/bin/pkill -0 -x " +
           name +
           "\"\n  interval 1\n  weight 2\n}\n"
           "vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n  version 3\n  advert_int 0.2\n  "
           "priority " +
           std::to_string(priority) + "\n  virtual_ipaddress {\n    " + vip +
           "\n  }\n  track_script {\n    chk\n  }\n}\n";
}

class running_router {
public:
    running_router(const std::string& kind, const lab::host& place, const std::string& file)
    {
        if (kind == "keepalived") {
            keepalived_.emplace(must(lab::keepalived::start(place.ns(), file)));
        } else {
            xvrrpd_ = std::make_unique<xvrrpd>(place.ns(), file);
        }
    }
    [[nodiscard]] std::string log() const { return keepalived_ ? keepalived_->log() : xvrrpd_->log(); }

private:
    std::optional<lab::keepalived> keepalived_;
    std::unique_ptr<xvrrpd> xvrrpd_;
};

struct pairing {
    const char* first;
    const char* second;
};

class script_with_weight : public testing::TestWithParam<pairing> {};

TEST_P(script_with_weight, moves_the_address_there_and_back)
{
    lab::segment lan = must(lab::segment::create({"first", "second"}));
    const std::string tag = std::to_string(::getpid());
    service on_first("xva" + tag);
    const service on_second("xvb" + tag);
    const running_router first(GetParam().first, lan["first"], file_for(101, "xva" + tag));
    const running_router second(GetParam().second, lan["second"], file_for(100, "xvb" + tag));
    const auto served_by = [&](const char* role, const char* other) {
        return eventually(patience,
                          [&] { return lan[role].ns().has_address(vip) && !lan[other].ns().has_address(vip); });
    };
    const auto logs = [&] { return "first:\n" + first.log() + "second:\n" + second.log(); };
    ASSERT_TRUE(served_by("first", "second")) << logs();
    ASSERT_TRUE(eventually(patience, [&] {
        return first.log().find("(VI_1) Changing effective priority from 101 to 103") != std::string::npos &&
               second.log().find("(VI_1) Changing effective priority from 100 to 102") != std::string::npos;
    })) << logs();
    ASSERT_TRUE(served_by("first", "second")) << logs();
    EXPECT_TRUE(throughout(2s, [&] { return lan["first"].ns().has_address(vip); })) << logs();
    on_first.kill();
    EXPECT_TRUE(served_by("second", "first")) << logs();
    on_first.start();
    EXPECT_TRUE(served_by("first", "second")) << logs();
    for (const char* line :
         {"VRRP_Script(chk) succeeded", "Script `chk` now returning 1",
          "VRRP_Script(chk) failed (exited with status 1)", "(VI_1) Changing effective priority from 103 to 101"}) {
        EXPECT_TRUE(eventually(patience, [&] { return first.log().find(line) != std::string::npos; }))
            << line << logs();
    }
}

INSTANTIATE_TEST_SUITE_P(of, script_with_weight,
                         testing::Values(pairing{"keepalived", "keepalived"}, pairing{"xvrrpd", "xvrrpd"},
                                         pairing{"xvrrpd", "keepalived"}, pairing{"keepalived", "xvrrpd"}),
                         [](const auto& each) { return std::string(each.param.first) + "_and_" + each.param.second; });

} // namespace
} // namespace xvrrp::test
