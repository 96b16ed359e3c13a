// SPDX-License-Identifier: BSD-2-Clause
//
// The same file and the same events: keepalived and xvrrpd call the same scripts with the same arguments. keepalived
// calls them side by side, so what is compared is which calls each event brings, not their order.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "lab/eventually.hpp"
#include "lab/peers.hpp"
#include "lab/scratch.hpp"
#include "lab/segment.hpp"
#include "support/call_record.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"
#include "xvrrp/descriptor.hpp"

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

/// A pipe that is there before the daemon, and what was read of it.
class watched_fifo {
public:
    watched_fifo() : directory_(must(lab::scratch_directory::create("fifo")))
    {
        EXPECT_EQ(::mkfifo(path().c_str(), 0600), 0);
        pipe_ = descriptor(::open(path().c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    }
    [[nodiscard]] std::string path() const { return (directory_.path() / "events").string(); }
    const calls& lines()
    {
        char c = 0;
        while (::read(pipe_.get(), &c, 1) == 1) {
            if (c == '\n') {
                lines_.push_back(std::exchange(begun_, {}));
            } else {
                begun_ += c;
            }
        }
        return lines_;
    }

private:
    lab::scratch_directory directory_;
    descriptor pipe_;
    calls lines_;
    std::string begun_;
};

/// Two instances, in a group or not, that a FIFO is told everything of.
std::string file_for(const watched_fifo& fifo, bool grouped)
{
    std::string text = "global_defs {\n  script_user root\n  vrrp_notify_fifo " + fifo.path() + "\n}\n";
    text += grouped ? "vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n}\n" : "";
    for (const std::string number : {"1", "2"}) {
        text += "vrrp_instance VI_" + number + " {\n  interface eth0\n  version 3\n  advert_int 0.2\n  priority 150\n";
        text += "  virtual_router_id 5" + number + "\n  virtual_ipaddress {\n    10.0.0.5" + number + "\n  }\n}\n";
    }
    return text;
}

/// Of both instances, and of the group.
calls lines_of(const std::string& state, bool grouped)
{
    calls lines{"INSTANCE \"VI_1\" " + state + " 150", "INSTANCE \"VI_2\" " + state + " 150"};
    if (grouped) {
        lines.push_back("GROUP \"G\" " + state + " 0");
    }
    return lines;
}

class fifo_lines : public testing::TestWithParam<std::tuple<const char*, bool>> {};

TEST_P(fifo_lines, are_the_same_for_the_same_events)
{
    const auto [kind, grouped] = GetParam();
    lab::segment lan = must(lab::segment::create({"one"}));
    watched_fifo fifo;
    router_under_test router(kind, lan["one"], file_for(fifo, grouped));
    calls expected;
    const auto brings = [&](const std::vector<calls>& events) {
        for (const calls& each : events) {
            expected.insert(expected.end(), each.begin(), each.end());
        }
        return eventually(patience, [&] { return sorted(fifo.lines()) == sorted(expected); });
    };
    const auto seen = [&] {
        std::string text = router.log();
        for (const std::string& each : fifo.lines()) {
            text += "line: " + each + "\n";
        }
        return text;
    };
    ASSERT_TRUE(brings({lines_of("BACKUP", grouped), lines_of("MASTER", grouped)})) << seen();
    must(lan["one"].ns().ip("link set eth0 down"));
    ASSERT_TRUE(brings({lines_of("FAULT", grouped)})) << seen();
    must(lan["one"].ns().ip("link set eth0 up"));
    ASSERT_TRUE(brings({lines_of("BACKUP", grouped), lines_of("MASTER", grouped)})) << seen();
    router.stop();
    ASSERT_TRUE(brings({lines_of("STOP", grouped)})) << seen();
}

INSTANTIATE_TEST_SUITE_P(of, fifo_lines, testing::Combine(testing::Values("keepalived", "xvrrpd"), testing::Bool()),
                         [](const auto& each) {
                             return std::string(std::get<0>(each.param)) +
                                    (std::get<1>(each.param) ? "_in_a_group" : "");
                         });

INSTANTIATE_TEST_SUITE_P(of, notify_calls, testing::Values("keepalived", "xvrrpd"),
                         [](const auto& each) { return std::string(each.param); });

} // namespace
} // namespace xvrrp::test
