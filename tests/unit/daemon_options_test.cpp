// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd's command line: keepalived's options, the defaults, and what can't be obeyed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <syslog.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "control_support.hpp"
#include "daemon/options.hpp"

namespace xvrrp::daemon::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::variant<options, command_line_end> parse(std::vector<const char*> arguments)
{
    arguments.insert(arguments.begin(), "xvrrpd");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

options accepted(const std::vector<const char*>& arguments)
{
    const auto outcome = parse(arguments);
    if (const auto* end = std::get_if<command_line_end>(&outcome)) {
        ADD_FAILURE() << "refused: " << end->text;
        return {};
    }
    return std::get<options>(outcome);
}

command_line_end ended(const std::vector<const char*>& arguments)
{
    const auto outcome = parse(arguments);
    if (const auto* end = std::get_if<command_line_end>(&outcome)) {
        return *end;
    }
    ADD_FAILURE() << "accepted";
    return {};
}

TEST(daemon_options, defaults)
{
    const options chosen = accepted({});
    EXPECT_EQ(chosen.config_file, default_config_file());
    EXPECT_EQ(chosen.pid_file, "/run/xvrrp/xvrrpd.pid");
    EXPECT_EQ(chosen.vrrp_pid_file, std::nullopt);
    EXPECT_EQ(chosen.control_socket, "/run/xvrrp/control.sock");
    EXPECT_EQ(chosen.bpf_directory, "/sys/fs/bpf/xvrrp");
    EXPECT_EQ(chosen.syslog_facility, LOG_DAEMON);
    EXPECT_TRUE(chosen.log_syslog);
    EXPECT_FALSE(chosen.foreground || chosen.log_console || chosen.log_detail || chosen.dump_config || chosen.test ||
                 chosen.dont_respawn);
    EXPECT_FALSE(chosen.print_config);
    EXPECT_EQ(chosen.config_id.find('.'), std::string::npos);
    EXPECT_FALSE(chosen.config_id.empty());
    EXPECT_EQ(chosen.remark, std::nullopt);
}

TEST(daemon_options, the_short_forms)
{
    const options chosen =
        accepted({"-f", "/a.conf", "-nlDG", "-p/run/a.pid", "-r", "/run/b.pid", "-S", "3", "-d", "-i", "one"});
    EXPECT_EQ(chosen.config_id, "one");
    EXPECT_EQ(chosen.config_file, "/a.conf");
    EXPECT_TRUE(chosen.foreground && chosen.log_console && chosen.log_detail && chosen.dump_config);
    EXPECT_FALSE(chosen.log_syslog);
    EXPECT_EQ(chosen.pid_file, "/run/a.pid");
    EXPECT_EQ(chosen.vrrp_pid_file, "/run/b.pid");
    EXPECT_EQ(chosen.syslog_facility, LOG_LOCAL3);
}

TEST(daemon_options, the_long_forms)
{
    const options chosen =
        accepted({"--use-file=/a.conf", "--dont-fork", "--log-console", "--log-detail", "--no-syslog", "--dump-conf",
                  "--pid=/run/a.pid", "--vrrp_pid", "/run/b.pid", "--bpf-dir", "/sys/fs/bpf/two",
                  "--socket=/run/two.sock", "--log-facility=local7", "--config-id=a.b", "--print-config"});
    EXPECT_EQ(chosen.config_id, "a.b");
    EXPECT_TRUE(chosen.print_config);
    EXPECT_EQ(chosen.config_file, "/a.conf");
    EXPECT_TRUE(chosen.foreground && chosen.log_console && chosen.log_detail && chosen.dump_config);
    EXPECT_FALSE(chosen.log_syslog);
    EXPECT_EQ(chosen.pid_file, "/run/a.pid");
    EXPECT_EQ(chosen.vrrp_pid_file, "/run/b.pid");
    EXPECT_EQ(chosen.bpf_directory, "/sys/fs/bpf/two");
    EXPECT_EQ(chosen.control_socket, "/run/two.sock");
    EXPECT_EQ(chosen.syslog_facility, LOG_LOCAL7);
}

TEST(daemon_options, what_units_and_containers_pass_works_without_a_word)
{
    const options chosen = accepted({"--dont-fork", "--log-console", "--log-detail", "--dump-conf", "--vrrp"});
    EXPECT_TRUE(chosen.foreground && chosen.log_console && chosen.log_detail && chosen.dump_config);
    EXPECT_EQ(chosen.remark, std::nullopt);
}

TEST(daemon_options, what_has_no_effect_is_said_in_one_line)
{
    const options chosen = accepted({"-c", "/run/checkers.pid", "-x", "--bfd_pid=/run/bfd.pid", "-P", "-R"});
    EXPECT_EQ(chosen.remark, "options without effect in xvrrpd: --checkers_pid, --bfd_pid, --snmp");
    EXPECT_TRUE(chosen.dont_respawn) << "has an effect";
}

TEST(daemon_options, a_namespace_and_which_paths_are_no_defaults)
{
    const options chosen = accepted({"-s", "blue", "--socket", "/tmp/c"});
    EXPECT_EQ(chosen.net_namespace, "blue");
    EXPECT_TRUE(chosen.given.control_socket);
    EXPECT_FALSE(chosen.given.pid_file);
    EXPECT_FALSE(chosen.given.bpf_directory);
    EXPECT_EQ(accepted({}).net_namespace, std::nullopt);
}

TEST(daemon_options, what_would_change_the_behaviour_is_refused_with_advice)
{
    EXPECT_THAT(ended({"-C"}).text, AllOf(StartsWith("xvrrpd: "), HasSubstr("no health checker")));
    EXPECT_THAT(ended({"-V"}).text, HasSubstr("takes its addresses away"));
    EXPECT_THAT(ended({"-g", "/var/log/x"}).text, HasSubstr("redirect standard error"));
    EXPECT_EQ(ended({"-C"}).status, 2);
}

TEST(daemon_options, config_test_has_an_optional_argument)
{
    EXPECT_EQ(accepted({"-t", "-f", "/a.conf"}).test->report, std::nullopt);
    EXPECT_EQ(accepted({"--config-test"}).test->report, std::nullopt);
    EXPECT_EQ(accepted({"-t/tmp/report"}).test->report, "/tmp/report");
    EXPECT_EQ(accepted({"-t", "/tmp/report"}).test->report, "/tmp/report");
    EXPECT_EQ(accepted({"--config-test=/tmp/report", "-f/a.conf"}).test->report, "/tmp/report");
}

TEST(daemon_options, paths_are_made_absolute_because_a_daemon_works_in_the_root)
{
    const options chosen =
        accepted({"-f", "a.conf", "-t", "out", "-p", "a.pid", "-r", "b.pid", "--socket", "c", "--bpf-dir", "d"});
    const auto here = std::filesystem::current_path();
    EXPECT_EQ(chosen.config_file, here / "a.conf");
    EXPECT_EQ(chosen.test->report, here / "out");
    EXPECT_EQ(chosen.pid_file, here / "a.pid");
    EXPECT_EQ(chosen.vrrp_pid_file, here / "b.pid");
    EXPECT_EQ(chosen.control_socket, here / "c");
    EXPECT_EQ(chosen.bpf_directory, here / "d");
}

TEST(daemon_options, the_default_file_is_xvrrps_own_where_there_is_one)
{
    const xvrrp::test::temporary_directory root;
    EXPECT_EQ(default_config_file(root / ""), root / "etc/keepalived/keepalived.conf");
    std::filesystem::create_directories(root / "etc/xvrrp");
    xvrrp::test::write_file(root / "etc/xvrrp/xvrrpd.conf", "");
    EXPECT_EQ(default_config_file(root / ""), root / "etc/xvrrp/xvrrpd.conf");
}

TEST(daemon_options, the_last_of_an_option_counts)
{
    EXPECT_EQ(accepted({"-f", "/a.conf", "-p", "/a.pid", "-f", "/b.conf"}).config_file, "/b.conf");
}

/// A variable of the environment, for as long as the object lives.
class environment_variable {
public:
    environment_variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    environment_variable(const environment_variable&) = delete;
    environment_variable& operator=(const environment_variable&) = delete;
    ~environment_variable() { ::unsetenv(name_); }

private:
    const char* name_;
};
constexpr const char* container_arguments = "KEEPALIVED_COMMAND_LINE_ARGUMENTS";

TEST(daemon_options, from_env_works_as_the_containers_image_does)
{
    const options chosen = accepted({"--from-env"});
    EXPECT_TRUE(chosen.from_environment && chosen.foreground && chosen.log_console);
    EXPECT_TRUE(chosen.log_detail && chosen.dump_config) << "the image's default";
    EXPECT_FALSE(chosen.log_syslog);
    EXPECT_TRUE(chosen.config_file.empty());
    EXPECT_EQ(accepted({"--from-env", "-f", "/a.conf"}).config_file, "/a.conf");
    EXPECT_TRUE(accepted({"--from-env", "--copy-service", "--loglevel", "debug"}).from_environment);
}

TEST(daemon_options, from_env_takes_more_options_from_the_environment)
{
    const environment_variable given(container_arguments, " \"--dont-respawn  -p /run/other.pid\" ");
    const options chosen = accepted({"-p", "/run/own.pid", "--from-env"});
    EXPECT_TRUE(chosen.dont_respawn);
    EXPECT_FALSE(chosen.log_detail || chosen.dump_config);
    EXPECT_EQ(chosen.pid_file, "/run/other.pid");
    EXPECT_FALSE(accepted({}).dont_respawn) << "only --from-env looks at them";
}

TEST(daemon_options, what_is_wrong_in_the_environment_is_said_to_be_there)
{
    const environment_variable given(container_arguments, "--xyzzy");
    EXPECT_THAT(ended({"--from-env"}).text, AllOf(HasSubstr("--xyzzy"), HasSubstr(container_arguments)));
    EXPECT_EQ(ended({"--from-env"}).status, 2);
    EXPECT_THAT(ended({"--from-env", "--plugh"}).text, Not(HasSubstr(container_arguments)));
}

TEST(daemon_options, help_and_version_end_well)
{
    EXPECT_EQ(ended({"-v"}).status, 0);
    EXPECT_THAT(ended({"--version"}).text, testing::MatchesRegex("xvrrpd [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    const command_line_end help = ended({"--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.text, AllOf(HasSubstr("--use-file"), HasSubstr("--bpf-dir"), HasSubstr("--checkers_pid"),
                                 HasSubstr("--namespace"), Not(HasSubstr("--log-file"))));
}

TEST(daemon_options, usage_errors)
{
    for (const std::vector<const char*>& wrong : std::vector<std::vector<const char*>>{
             {"--no-such-option"}, {"stray"}, {"-f"}, {"-S", "local8"}, {"-S", "mail"}, {"-S", ""}}) {
        const command_line_end end = ended(wrong);
        EXPECT_EQ(end.status, 2) << wrong.front();
        EXPECT_THAT(end.text, StartsWith("xvrrpd: ")) << wrong.front();
        EXPECT_EQ(end.text.back(), '\n') << wrong.front();
    }
}

} // namespace
} // namespace xvrrp::daemon::test
