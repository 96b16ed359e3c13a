// SPDX-License-Identifier: BSD-2-Clause
//
// The files that the world has, as they are: xvrrpd reads them without asking for a change, and with the same things
// happening to both does what keepalived does, but for the differences that the catalogue names, each of which is
// there.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "interop/style.hpp"
#include "lab/eventually.hpp"

namespace xvrrp::test {

namespace {

using namespace std::chrono_literals;
using lab::eventually;
using strings = std::vector<std::string>;

constexpr auto patience = 30s;
// What follows from something that both have already logged and sent.
constexpr auto soon = 3s;

std::string text_of(const style& of)
{
    const std::ifstream in(std::filesystem::path(XVRRP_STYLES) / (of.name + ".conf"));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

strings only_in(const strings& first, const strings& second)
{
    strings only;
    std::ranges::copy_if(first, std::back_inserter(only),
                         [&](const auto& line) { return std::ranges::count(second, line) == 0; });
    return only;
}

void compare(aspect what, const both_sides& seen, const std::vector<difference>& differences)
{
    const both_sides left = rewritten(seen, what, differences);
    if (!left.equal()) {
        const auto by_keepalived = only_in(left.keepalived, left.xvrrpd);
        const auto by_xvrrpd = only_in(left.xvrrpd, left.keepalived);
        ADD_FAILURE() << fmt::format("{} differ\nof keepalived alone:\n  {}\nof xvrrpd alone:\n  {}\n", to_string(what),
                                     fmt::join(by_keepalived, "\n  "), fmt::join(by_xvrrpd, "\n  "));
        if (by_keepalived.empty() && by_xvrrpd.empty()) {
            EXPECT_THAT(left.xvrrpd, testing::ElementsAreArray(left.keepalived));
        }
    }
    for (const auto& each : stale_differences(seen, what, differences)) {
        ADD_FAILURE() << to_string(what) << ": no difference any more: " << each.reason;
    }
}

TEST(style_files, are_all_in_the_catalogue)
{
    std::vector<std::string> named;
    for (const auto& each : all_styles()) {
        named.push_back(each.name + ".conf");
    }
    std::vector<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator(XVRRP_STYLES)) {
        there.push_back(entry.path().filename().string());
    }
    EXPECT_THAT(there, testing::UnorderedElementsAreArray(named));
}

class style_remarks : public testing::TestWithParam<style> {};

TEST_P(style_remarks, ask_for_no_change)
{
    const style_scripts scripts(text_of(GetParam()), GetParam().around.script_directories);
    compare(aspect::remarks, {.keepalived = {}, .xvrrpd = remarks_of(scripts)}, GetParam().differences);
}

/// Both routers, each in its laboratory, and what was seen of them.
class style_outcome : public testing::TestWithParam<style> {
protected:
    style_outcome()
        : keepalived_(daemon_kind::keepalived, text_of(GetParam()), GetParam().around),
          xvrrpd_(daemon_kind::xvrrpd, text_of(GetParam()), GetParam().around)
    {
    }

    /// One of the routers with what it had shown before a step.
    struct before_step {
        style_lab* router = nullptr;
        std::size_t log = 0;
        std::size_t adverts = 0;
        std::size_t calls = 0;
        time_point time;
    };
    static before_step look_at(style_lab& router)
    {
        return {.router = &router,
                .log = router.log().size(),
                .adverts = router.adverts().size(),
                .calls = router.scripts().calls().size(),
                .time = std::chrono::steady_clock::now()};
    }
    static bool has_dealt_with(const style_step& step, const before_step& before)
    {
        const std::string log = before.router->log();
        const auto adverts = before.router->adverts();
        return std::ranges::all_of(step.logged,
                                   [&](const auto& text) { return log.find(text, before.log) != std::string::npos; }) &&
               std::ranges::all_of(step.advertised, [&](const sent_priority& sent) {
                   return std::any_of(
                       adverts.begin() + static_cast<std::ptrdiff_t>(before.adverts), adverts.end(),
                       [&](const lab::advert& one) { return one.vrid == sent.vrid && one.priority == sent.priority; });
               });
    }
    static strings calls_since(const before_step& before)
    {
        strings calls = before.router->scripts().calls();
        calls.erase(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(before.calls));
        // keepalived starts them side by side.
        std::ranges::sort(calls);
        return calls;
    }

    /// Waits until both look the same in that respect, and adds what they look like then.
    template <class Look>
    void add(aspect what, const std::string& step, const Look& look, const before_step& first,
             const before_step& second)
    {
        both_sides now;
        [[maybe_unused]] const bool same = eventually(
            soon,
            [&] {
                now = {.keepalived = look(first), .xvrrpd = look(second)};
                return rewritten(now, what, GetParam().differences).equal();
            },
            20ms);
        for (const auto& line : now.keepalived) {
            seen_[what].keepalived.push_back(fmt::format("{}: {}", step, line));
        }
        for (const auto& line : now.xvrrpd) {
            seen_[what].xvrrpd.push_back(fmt::format("{}: {}", step, line));
        }
    }

    void add_all(const style_step& step, const before_step& first, const before_step& second)
    {
        const auto addresses = [](const before_step& of) { return of.router->address_lines(); };
        const auto routes = [](const before_step& of) { return of.router->route_lines(); };
        const auto announcements = [](const before_step& of) { return of.router->announcement_lines(of.time); };
        const auto priorities = [](const before_step& of) { return of.router->priority_lines(of.log); };
        add(aspect::addresses, step.name, addresses, first, second);
        add(aspect::routes, step.name, routes, first, second);
        if (step.announced) {
            add(aspect::announcements, step.name, announcements, first, second);
        }
        add(aspect::priorities, step.name, priorities, first, second);
        add(aspect::calls, step.name, calls_since, first, second);
    }

    template <class Done> [[nodiscard]] bool take(const style_step& step, const Done& done)
    {
        const before_step first = look_at(keepalived_);
        const before_step second = look_at(xvrrpd_);
        step.happens(keepalived_);
        step.happens(xvrrpd_);
        const bool finished = eventually(patience, [&] { return done(first) && done(second); }, 20ms);
        add_all(step, first, second);
        return finished;
    }

    [[nodiscard]] bool take_all_steps()
    {
        for (const auto& step : GetParam().steps) {
            if (!take(step, [&](const before_step& before) { return has_dealt_with(step, before); })) {
                ADD_FAILURE() << "not done: " << step.name;
                return false;
            }
        }
        const style_step stop{.name = "stopped", .happens = [](style_lab& router) { router.begin_stop(); }};
        return take(stop, [](const before_step& before) { return before.router->ended(); });
    }

    void look_at_the_whole()
    {
        seen_[aspect::adverts] = {.keepalived = keepalived_.advert_lines(), .xvrrpd = xvrrpd_.advert_lines()};
        seen_[aspect::states] = {.keepalived = keepalived_.state_lines(), .xvrrpd = xvrrpd_.state_lines()};
    }

    style_lab keepalived_;
    style_lab xvrrpd_;
    std::map<aspect, both_sides> seen_;
};

TEST_P(style_outcome, is_that_of_keepalived)
{
    EXPECT_TRUE(take_all_steps());
    look_at_the_whole();
    for (const auto& [what, seen] : seen_) {
        compare(what, seen, GetParam().differences);
    }
    EXPECT_FALSE(keepalived_.has_lost_frames() || xvrrpd_.has_lost_frames());
    if (HasFailure()) {
        std::cerr << "keepalived:\n" << keepalived_.log() << "xvrrpd:\n" << xvrrpd_.log();
    }
}

std::vector<style> comparable_styles()
{
    std::vector<style> some;
    std::ranges::copy_if(all_styles(), std::back_inserter(some), [](const style& each) { return !each.steps.empty(); });
    return some;
}

std::string name_of(const testing::TestParamInfo<style>& info)
{
    std::string name = info.param.name;
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(of, style_remarks, testing::ValuesIn(all_styles()), name_of);
INSTANTIATE_TEST_SUITE_P(of, style_outcome, testing::ValuesIn(comparable_styles()), name_of);

} // namespace
} // namespace xvrrp::test
