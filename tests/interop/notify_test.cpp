// SPDX-License-Identifier: BSD-2-Clause
//
// The same file and the same events: keepalived and xvrrpd call the same scripts with the same arguments. keepalived
// calls them side by side, so what is compared is which calls each event brings, not their order.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>

#include "lab/eventually.hpp"
#include "lab/peers.hpp"
#include "lab/segment.hpp"
#include "support/call_record.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;
using lab::eventually;

constexpr auto patience = 20s;

using calls = std::vector<std::string>;

calls sorted(calls some)
{
    std::ranges::sort(some);
    return some;
}

/// Either daemon, on host "one".
class router_under_test {
public:
    router_under_test(const std::string& kind, const lab::host& place, const std::string& file)
    {
        if (kind == "keepalived") {
            keepalived_.emplace(must(lab::keepalived::start(place.ns(), file)));
        } else {
            xvrrpd_ = std::make_unique<xvrrpd>(place.ns(), file);
        }
    }
    void reload_with(const std::string& file)
    {
        if (keepalived_) {
            must(keepalived_->write_configuration(file));
            must(keepalived_->daemon().signal(SIGHUP));
        } else {
            xvrrpd_->write_configuration(file);
            xvrrpd_->hangup();
        }
    }
    void stop()
    {
        if (keepalived_) {
            must(keepalived_->stop());
        } else {
            EXPECT_EQ(xvrrpd_->stop(), 0);
        }
    }
    [[nodiscard]] std::string log() const { return keepalived_ ? keepalived_->log() : xvrrpd_->log(); }

private:
    std::optional<lab::keepalived> keepalived_;
    std::unique_ptr<xvrrpd> xvrrpd_;
};

/// Two instances that tell everything but their removal, and one between them that is told of as deleted.
std::string file_for(const call_record& record, const std::vector<std::string>& names)
{
    std::string text = "global_defs {\n  script_user root\n}\n";
    for (const std::string& name : names) {
        const std::string vrid = std::to_string(50 + name.back() - '0');
        text += "vrrp_instance " + name + " {\n  interface eth0\n  version 3\n  advert_int 0.2\n  priority 150\n";
        text += "  virtual_router_id " + vrid + "\n  virtual_ipaddress {\n    10.0.0." + vrid + "\n  }\n";
        text += name == "VI_2" ? "  notify_deleted " + record.command("deleted " + name) + "\n" : "";
        for (const std::string word : {"master", "backup", "fault", "stop"}) {
            text += "  notify_" + word + " " + record.command(word + " '" + name + " x'") + " root\n";
        }
        text += "  notify " + record.command("any") + "\n}\n";
    }
    return text;
}

calls told(const std::vector<std::string>& names, const std::vector<std::string>& words)
{
    calls expected;
    for (const std::string& name : names) {
        for (const std::string& word : words) {
            std::string state = word;
            std::ranges::transform(state, state.begin(), [](unsigned char c) { return std::toupper(c); });
            expected.push_back(word + " " + name + " x");
            expected.push_back("any INSTANCE " + name + " " + state + " 150");
        }
    }
    return expected;
}

class notify_calls : public testing::TestWithParam<const char*> {};

TEST_P(notify_calls, are_the_same_for_the_same_events)
{
    lab::segment lan = must(lab::segment::create({"one"}));
    const call_record record;
    const std::vector<std::string> all{"VI_1", "VI_2", "VI_3"};
    router_under_test router(GetParam(), lan["one"], file_for(record, all));
    calls expected;
    const auto brings = [&](const calls& more) {
        expected.insert(expected.end(), more.begin(), more.end());
        return eventually(patience, [&] { return sorted(record.calls()) == sorted(expected); });
    };
    const auto seen = [&] {
        std::string text = router.log();
        for (const std::string& each : record.calls()) {
            text += "call: " + each + "\n";
        }
        return text;
    };
    ASSERT_TRUE(brings(told(all, {"backup", "master"}))) << seen();
    must(lan["one"].ns().ip("link set eth0 down"));
    ASSERT_TRUE(brings(told(all, {"fault"}))) << seen();
    must(lan["one"].ns().ip("link set eth0 up"));
    ASSERT_TRUE(brings(told(all, {"backup", "master"}))) << seen();
    router.reload_with(file_for(record, {"VI_1"}));
    ASSERT_TRUE(brings({"any INSTANCE VI_2 DELETED 150", "deleted VI_2", "any INSTANCE VI_3 FAULT 150"})) << seen();
    router.stop();
    ASSERT_TRUE(brings(told({"VI_1"}, {"stop"}))) << seen();
}

INSTANTIATE_TEST_SUITE_P(of, notify_calls, testing::Values("keepalived", "xvrrpd"),
                         [](const auto& each) { return std::string(each.param); });

} // namespace
} // namespace xvrrp::test
