// SPDX-License-Identifier: BSD-2-Clause
//
// fast_detect: its parts in any order, globally and in an instance, and what it says of parts that are wrong.
#include "config/print.hpp"
#include "config/value.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// The defaults but for what is given.
fast_detection detection(bool enabled, duration interval = 100ms, std::uint32_t multiplier = 3,
                         std::optional<duration> hang_limit = {})
{
    return {.enabled = enabled, .interval = interval, .multiplier = multiplier, .hang_limit = hang_limit};
}

fast_detection read_instance(const std::string& line)
{
    const loaded result = read(instance_with(line));
    EXPECT_THAT(result.diagnostics, IsEmpty()) << line;
    return only_instance(result).fast_detect;
}

loaded read_both(const std::string& global, const std::string& instance)
{
    return read("global_defs {\n" + global + "\n}\n" + instance_with(instance));
}

TEST(config_fast_detect, on_by_default)
{
    EXPECT_EQ(read_instance(""), detection(true));
}

TEST(config_fast_detect, parts_stand_in_any_order)
{
    const fast_detection wanted = detection(true, 10ms, 5, 3s);
    for (const char* line : {"fast_detect interval 10ms multiplier 5 hang_limit 3s method sbfd",
                             "fast_detect method sbfd hang_limit 3000ms multiplier 5 interval 10000us"}) {
        EXPECT_EQ(read_instance(line), wanted) << line;
    }
}

TEST(config_fast_detect, off_is_short_for_method_off)
{
    EXPECT_EQ(read_instance("fast_detect off"), detection(false));
    EXPECT_EQ(read_instance("fast_detect method off"), detection(false));
    EXPECT_EQ(read_instance("fast_detect hang_limit 1s off"), detection(false, 100ms, 3, 1s));
}

TEST(config_fast_detect, an_instance_takes_from_the_global_line_what_it_leaves_out)
{
    const loaded result =
        read_both("fast_detect interval 1ms multiplier 4 hang_limit 300ms", "fast_detect interval 10ms");
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).fast_detect, detection(true, 10ms, 4, 300ms));
    EXPECT_EQ(only_instance(read_both("fast_detect off", "")).fast_detect, detection(false));
    EXPECT_TRUE(only_instance(read_both("fast_detect off", "fast_detect method sbfd")).fast_detect.enabled);
    EXPECT_FALSE(only_instance(read_both("fast_detect interval 1ms", "fast_detect off")).fast_detect.enabled);
}

TEST(config_fast_detect, parts_of_what_is_off_globally_are_warned_of)
{
    const loaded result = read_both("fast_detect off", "fast_detect interval 10ms");
    EXPECT_FALSE(only_instance(result).fast_detect.enabled);
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 7, 13, "off in global_defs"));
}

struct bound {
    const char* parts;
    bool taken;
};

class config_fast_detect_bounds : public testing::TestWithParam<bound> {};

TEST_P(config_fast_detect_bounds, hold)
{
    // With adverts every 255 s no detection is slower than theirs.
    const loaded result = read(instance_with(std::string("fast_detect ") + GetParam().parts + "\nadvert_int 255"));
    EXPECT_EQ(result.config.instances.size(), 1U) << "a wrong part never costs the instance";
    EXPECT_EQ(status_of(result), GetParam().taken ? test_status::ok : test_status::errors);
    if (GetParam().taken) {
        EXPECT_THAT(result.diagnostics, IsEmpty());
    } else {
        EXPECT_EQ(only_instance(result).fast_detect, fast_detection{});
        EXPECT_EQ(result.diagnostics.size(), 1U);
    }
}

INSTANTIATE_TEST_SUITE_P(
    values, config_fast_detect_bounds,
    testing::Values(bound{"interval 100us", true}, bound{"interval 99us", false}, bound{"interval 1s", true},
                    bound{"interval 1.5ms", true}, bound{"interval 1001ms", false}, bound{"interval 0", false},
                    bound{"interval 100", false}, bound{"interval 10m", false}, bound{"interval -1ms", false},
                    bound{"interval ms", false}, bound{"interval 99999999999s", false}, bound{"interval 10ns", false},
                    bound{"multiplier 2", true}, bound{"multiplier 1", false}, bound{"multiplier 20", true},
                    bound{"multiplier 21", false}, bound{"multiplier 3.5", false}, bound{"multiplier x", false},
                    bound{"hang_limit 10ms", true}, bound{"hang_limit 9999us", false}, bound{"hang_limit 300s", true},
                    bound{"hang_limit 301s", false}, bound{"method ping", false}, bound{"method SBFD", false},
                    bound{"interval", false}, bound{"multiplier", false}, bound{"hang_limit", false},
                    bound{"method", false}, bound{"intervall 10ms", false}, bound{"on", false}));

TEST(config_fast_detect, messages_say_what_would_be_right)
{
    EXPECT_THAT(read(instance_with("fast_detect interval 10")).diagnostics,
                only_message(severity::error, 4, 22,
                             "interval takes a time with its unit from 100us to 1s, not '10'; it is left out"));
    EXPECT_THAT(read(instance_with("fast_detect multiplier 1")).diagnostics,
                only_message(severity::error, 4, 24, "multiplier takes a whole number from 2 to 20, not '1'"));
    EXPECT_THAT(read(instance_with("fast_detect hang_limit 1ms")).diagnostics,
                only_message(severity::error, 4, 24, "hang_limit takes a time with its unit from 10ms to 300s"));
    EXPECT_THAT(read(instance_with("fast_detect method ping")).diagnostics,
                only_message(severity::error, 4, 20, "method takes sbfd or off, not 'ping'"));
    EXPECT_THAT(read(instance_with("fast_detect intervall 10ms multiplier 4")).diagnostics,
                only_message(severity::error, 4, 13, "'intervall' is left out (did you mean 'interval'?)"));
    EXPECT_THAT(read(instance_with("fast_detect")).diagnostics,
                only_message(severity::error, 4, 1, "fast_detect needs a value"));
}

TEST(config_fast_detect, a_part_without_its_value_costs_no_other)
{
    const loaded result = read(instance_with("fast_detect interval multiplier 4 method off"));
    EXPECT_THAT(result.diagnostics,
                only_message(severity::error, 4, 13, "interval needs a time with its unit from 100us to 1s behind it"));
    EXPECT_EQ(only_instance(result).fast_detect, detection(false, 100ms, 4));
}

TEST(config_fast_detect, of_a_part_given_twice_the_last_one_counts)
{
    const loaded result = read(instance_with("fast_detect interval 10ms off interval 20ms method sbfd"));
    EXPECT_THAT(result.diagnostics, ElementsAre(message_at(severity::warning, 4, 31, "interval stands twice"),
                                                message_at(severity::warning, 4, 45, "method stands twice")));
    EXPECT_EQ(only_instance(result).fast_detect, detection(true, 20ms));
}

TEST(config_fast_detect, slower_than_the_adverts_is_warned_of)
{
    EXPECT_THAT(read(instance_with("fast_detect interval 1s")).diagnostics,
                only_message(severity::warning, 4, 13, "3 unanswered probes take 3s"));
    EXPECT_THAT(read(instance_with("fast_detect interval 999ms")).diagnostics, IsEmpty());
    EXPECT_THAT(read(instance_with("fast_detect interval 1s off")).diagnostics, IsEmpty());
}

TEST(config_fast_detect, is_one_line_and_no_block)
{
    const loaded result = read(instance_with("fast_detect interval 10ms {\n multiplier 4\n}"));
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 4, 1, "has no block"));
    EXPECT_EQ(only_instance(result).fast_detect, detection(true, 10ms));
}

TEST(config_fast_detect, printed_as_it_is_read)
{
    EXPECT_THAT(print(read(instance_with("fast_detect interval 300us multiplier 4 hang_limit 1.5s")).config),
                testing::HasSubstr("    fast_detect interval 300us multiplier 4 hang_limit 1500ms method sbfd\n"));
    EXPECT_THAT(print(read(instance_with("fast_detect off")).config),
                testing::HasSubstr("    fast_detect interval 100ms multiplier 3 method off\n"));
}

TEST(config_value, times_have_a_unit)
{
    EXPECT_EQ(parse_duration("300us"), 300us);
    EXPECT_EQ(parse_duration("10ms"), 10ms);
    EXPECT_EQ(parse_duration("3s"), 3s);
    EXPECT_EQ(parse_duration("0.5ms"), 500us);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    for (const char* wrong : {"", "s", "ms", "us", "10", "10m", "10 ms", "-1ms", "10msx", "10mss", "1e3us", "ns"}) {
        EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
    }
}

TEST(config_value, times_are_written_as_they_are_read)
{
    EXPECT_EQ(duration_text(300us), "300us");
    EXPECT_EQ(duration_text(1500us), "1500us");
    EXPECT_EQ(duration_text(100ms), "100ms");
    EXPECT_EQ(duration_text(2s), "2s");
    for (const duration value : {duration(1500ns), duration(100us), duration(1s), duration(300s), duration(10ms)}) {
        EXPECT_EQ(parse_duration(duration_text(value)), value);
    }
}

} // namespace
} // namespace xvrrp::config
