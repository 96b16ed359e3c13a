// SPDX-License-Identifier: BSD-2-Clause
//
// What is run for which event, and in which order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "track/notifier.hpp"

namespace xvrrp::track {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

constexpr run_result success{};

notify_script script(const std::string& path)
{
    return {.where = {}, .command = {path, "x"}, .account = {.user = "u", .group = "g", .uid = 7, .gid = 8}};
}

vrrp_instance told_of_everything()
{
    vrrp_instance instance;
    instance.name = "VI 1";
    instance.notify = {.master = script("/master"),
                       .backup = script("/backup"),
                       .fault = script("/fault"),
                       .stop = script("/stop"),
                       .deleted = script("/deleted"),
                       .rx_lower_pri = script("/lower"),
                       .any = script("/any")};
    return instance;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string all;
    for (const std::string& each : words) {
        all += (all.empty() ? "" : "|") + each;
    }
    return all;
}

std::vector<std::string> commands_for(const vrrp_instance& instance, instance_event what)
{
    std::vector<std::string> commands;
    for (const run_request& each : runs_for(instance, what, priority{110})) {
        commands.push_back(joined(each.command));
    }
    return commands;
}

TEST(notify_runs, the_script_for_the_event_comes_first_then_the_generic_one_with_what_happened)
{
    const vrrp_instance all = told_of_everything();
    EXPECT_THAT(commands_for(all, instance_event::master), ElementsAre("/master|x", "/any|x|INSTANCE|VI 1|MASTER|110"));
    EXPECT_THAT(commands_for(all, instance_event::backup), ElementsAre("/backup|x", "/any|x|INSTANCE|VI 1|BACKUP|110"));
    EXPECT_THAT(commands_for(all, instance_event::fault), ElementsAre("/fault|x", "/any|x|INSTANCE|VI 1|FAULT|110"));
    EXPECT_THAT(commands_for(all, instance_event::stop), ElementsAre("/stop|x", "/any|x|INSTANCE|VI 1|STOP|110"));
    EXPECT_THAT(commands_for(all, instance_event::deleted),
                ElementsAre("/deleted|x", "/any|x|INSTANCE|VI 1|DELETED|110"));
    EXPECT_THAT(commands_for(all, instance_event::removed), ElementsAre("/any|x|INSTANCE|VI 1|FAULT|110"));
    EXPECT_THAT(commands_for(all, instance_event::rx_lower_pri), ElementsAre("/lower|x"));
}

TEST(notify_runs, they_have_the_scripts_account_and_all_the_time_they_want)
{
    const auto runs = runs_for(told_of_everything(), instance_event::master, priority{1});
    ASSERT_EQ(runs.size(), 2U);
    for (const run_request& each : runs) {
        EXPECT_EQ(each.uid, 7U);
        EXPECT_EQ(each.gid, 8U);
        EXPECT_EQ(each.timeout, duration::zero());
    }
    EXPECT_THAT(runs_for(vrrp_instance{}, instance_event::master, priority{1}), IsEmpty());
}

/// A notifier, and the runs that it asked for.
class Notifier : public testing::Test {
protected:
    std::optional<notify_news> add(const std::string& instance, const std::string& path,
                                   instance_event what = instance_event::master)
    {
        return notifier_.add(instance, what, {request(path + "1"), request(path + "2")});
    }
    /// Paths of what has been started since.
    std::vector<std::string> start()
    {
        std::vector<std::string> started;
        notifier_.start(
            [&](const run_request& what) {
                started.push_back(what.command.front());
                return ids_[what.command.front()] = run_id{++last_};
            },
            now_);
        return started;
    }
    std::optional<notify_news> end(const std::string& path, run_result how = success)
    {
        return notifier_.take(ids_.at(path), how);
    }

    notifier notifier_;
    time_point now_{100s};

private:
    static run_request request(const std::string& path)
    {
        return {.id = {}, .command = {path}, .uid = 0, .gid = 0, .timeout = {}};
    }
    std::map<std::string, run_id> ids_;
    std::uint64_t last_ = 0;
};

TEST_F(Notifier, each_script_of_an_instance_waits_for_the_one_before)
{
    add("A", "first");
    add("A", "second");
    EXPECT_EQ(notifier_.next_deadline(), time_point{}) << "at once";
    EXPECT_THAT(start(), ElementsAre("first1"));
    EXPECT_THAT(start(), IsEmpty());
    end("first1");
    EXPECT_THAT(start(), ElementsAre("first2"));
    add("A", "third");
    EXPECT_THAT(start(), IsEmpty());
    end("first2");
    EXPECT_THAT(start(), ElementsAre("second1"));
    end("second1");
    EXPECT_THAT(start(), ElementsAre("second2"));
    end("second2");
    EXPECT_THAT(start(), ElementsAre("third1"));
    end("third1");
    EXPECT_THAT(start(), ElementsAre("third2"));
    EXPECT_FALSE(notifier_.idle());
    end("third2");
    EXPECT_TRUE(notifier_.idle());
    EXPECT_THAT(start(), IsEmpty());
}

TEST_F(Notifier, instances_dont_wait_for_each_other)
{
    add("A", "a");
    add("B", "b");
    EXPECT_THAT(start(), ElementsAre("a1", "b1"));
    end("b1");
    EXPECT_THAT(start(), ElementsAre("b2"));
}

TEST_F(Notifier, a_failure_is_told_and_the_next_is_run)
{
    add("A", "a");
    start();
    const run_result failure{.how = run_result::kind::exited, .value = 3};
    const auto news = end("a1", failure);
    ASSERT_TRUE(news);
    EXPECT_EQ(news->what, notify_news::kind::ended);
    EXPECT_EQ(news->instance, "A");
    EXPECT_EQ(news->script, "a1");
    EXPECT_EQ(news->result, failure);
    EXPECT_THAT(start(), ElementsAre("a2"));
    EXPECT_EQ(notifier_.take(run_id{999}, success), std::nullopt) << "somebody else's";
}

TEST_F(Notifier, when_too_many_wait_the_oldest_are_dropped_and_that_is_told_once)
{
    add("A", "running");
    start();
    for (std::size_t i = 0; i < notifier::most_waiting; ++i) {
        EXPECT_EQ(add("A", std::to_string(i) + "-"), std::nullopt);
    }
    const auto news = add("A", "one more");
    ASSERT_TRUE(news);
    EXPECT_EQ(news->what, notify_news::kind::dropped);
    EXPECT_EQ(add("A", "and another"), std::nullopt);
    EXPECT_EQ(notifier_.load_of("A").waiting, notifier::most_waiting);
    EXPECT_EQ(notifier_.load_of("A").running, "running1");
    end("running1");
    EXPECT_THAT(start(), ElementsAre("running2")) << "what has begun is ended";
    end("running2");
    EXPECT_THAT(start(), ElementsAre("2-1"));
}

TEST_F(Notifier, adverts_of_lower_priority_dont_fill_the_queue)
{
    for (int i = 0; i < 3; ++i) {
        add("A", "lower", instance_event::rx_lower_pri);
    }
    EXPECT_EQ(notifier_.load_of("A").waiting, 1U);
    start();
    add("A", "lower", instance_event::rx_lower_pri);
    add("A", "lower", instance_event::rx_lower_pri);
    EXPECT_EQ(notifier_.load_of("A").waiting, 1U) << "the one that runs may have been too early";
}

TEST_F(Notifier, a_slow_script_is_told_once_and_only_if_others_wait)
{
    EXPECT_FALSE(notifier_.add("A", instance_event::master,
                               {{.id = {}, .command = {"alone"}, .uid = 0, .gid = 0, .timeout = {}}}));
    start();
    EXPECT_EQ(notifier_.next_deadline(), std::nullopt);
    EXPECT_THAT(notifier_.find_slow(now_ + 1h), IsEmpty());
    add("A", "other");
    EXPECT_THAT(notifier_.next_deadline(), Optional(now_ + 60s));
    EXPECT_THAT(notifier_.find_slow(now_ + 59s), IsEmpty());
    const auto found = notifier_.find_slow(now_ + 60s);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].what, notify_news::kind::slow);
    EXPECT_EQ(found[0].script, "alone");
    EXPECT_THAT(notifier_.find_slow(now_ + 1h), IsEmpty());
    EXPECT_EQ(notifier_.next_deadline(), std::nullopt);
    end("alone");
    now_ += 2h;
    start();
    EXPECT_THAT(notifier_.next_deadline(), Optional(now_ + 60s)) << "the next is another";
}

TEST_F(Notifier, nothing_to_run_is_no_event)
{
    EXPECT_FALSE(notifier_.add("A", instance_event::master, {}));
    EXPECT_TRUE(notifier_.idle());
}

TEST_F(Notifier, abandoning_forgets_what_waits_and_what_runs)
{
    add("A", "a");
    start();
    add("B", "b");
    notifier_.abandon();
    EXPECT_TRUE(notifier_.idle());
    EXPECT_THAT(start(), IsEmpty());
    EXPECT_EQ(end("a1"), std::nullopt);
}

} // namespace
} // namespace xvrrp::track
