// SPDX-License-Identifier: BSD-2-Clause
//
// Whole files: load(), exit statuses, and files in the styles that people have.
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "config/print.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::filesystem::path fixture(std::string_view name)
{
    return std::filesystem::path(XVRRP_CONFIG_FIXTURES) / name;
}

loaded must_load(const std::filesystem::path& file)
{
    result<loaded> read_back = load(file);
    EXPECT_TRUE(read_back.has_value()) << (read_back ? "" : read_back.error().what);
    return read_back ? std::move(*read_back) : loaded{};
}

std::vector<std::string> texts(const loaded& what, severity least)
{
    std::vector<std::string> found;
    for (const diagnostic& each : what.diagnostics) {
        if (each.level >= least) {
            found.push_back(each.text);
        }
    }
    return found;
}

class temporary_file {
public:
    explicit temporary_file(std::string_view content)
    {
        static std::atomic<int> counter = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("xvrrp-config-" + std::to_string(::getpid()) + "-" + std::to_string(++counter));
        std::ofstream(path_) << content;
    }
    ~temporary_file()
    {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

TEST(config_file, a_missing_file_is_named_with_its_errno)
{
    const result<loaded> missing = load("/nonexistent/xvrrpd.conf");
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ENOENT);
    EXPECT_THAT(missing.error().what, HasSubstr("/nonexistent/xvrrpd.conf"));
    EXPECT_EQ(status_of(missing), test_status::cannot_run);
    EXPECT_EQ(load("/").error().code, EISDIR);
}

TEST(config_file, a_file_in_which_nothing_runs_says_why)
{
    const temporary_file file("vrrp_instance A {\n interface eth0\n}\n");
    const result<loaded> nothing = load(file.path());
    ASSERT_FALSE(nothing.has_value());
    EXPECT_EQ(nothing.error().code, 0);
    EXPECT_THAT(nothing.error().what, HasSubstr(":1:15: error: there is no 'virtual_router_id'"));
    const result<loaded> shown = inspect(file.path());
    ASSERT_TRUE(shown.has_value());
    EXPECT_THAT(shown->diagnostics, SizeIs(2));
    EXPECT_EQ(status_of(shown), test_status::cannot_run);
}

TEST(config_file, a_reload_takes_no_file_with_an_error)
{
    const temporary_file slip(instance_with("xdp_mode x"));
    EXPECT_TRUE(load(slip.path()).has_value());
    const result<loaded> refused = load_faultless(slip.path());
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().what, HasSubstr("xdp_mode takes auto"));

    const temporary_file warning(instance_with("xyzzy"));
    EXPECT_TRUE(load_faultless(warning.path()).has_value());
}

TEST(config_file, exit_statuses_are_keepaliveds)
{
    EXPECT_EQ(static_cast<int>(status_of(read(instance_with("")))), 0);
    EXPECT_EQ(static_cast<int>(status_of(read(instance_with("xyzzy")))), 0) << "a warning";
    EXPECT_EQ(static_cast<int>(status_of(read(instance_with("xdp_mode x")))), 5);
    EXPECT_EQ(static_cast<int>(status_of(read(""))), 4);
    EXPECT_EQ(static_cast<int>(status_of(read("global_defs {\n}\n"))), 4);
}

TEST(config_file, messages_name_the_file)
{
    const temporary_file file(instance_with("xyzzy"));
    const loaded result = must_load(file.path());
    ASSERT_THAT(result.diagnostics, SizeIs(1));
    EXPECT_EQ(result.diagnostics[0].where.file, file.path().string());
}

TEST(config_file, the_last_line_needs_no_end)
{
    std::string text = instance_with("");
    text.pop_back();
    EXPECT_THAT(read(text).diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(read(text)).vrid, vrid{51});
}

TEST(config_file, dos_line_ends_change_nothing)
{
    std::string text;
    for (const char c : instance_with("authentication {\n auth_type PASS\n auth_pass abc\n}")) {
        text += c == '\n' ? "\r\n" : std::string(1, c);
    }
    const loaded result = read(text);
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).auth_pass, "abc");
    EXPECT_EQ(only_instance(result).virtual_addresses.at(0).address, ip("10.0.0.70"));
}

TEST(config_fixture, docker_ingress)
{
    const loaded result = must_load(fixture("docker-ingress.conf"));
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 12, 15, "first 8"));
    EXPECT_EQ(status_of(result), test_status::ok);
    EXPECT_EQ(result.config.global.router_id, "DOCKER_INGRESS");
    const vrrp_instance& instance = only_instance(result);
    EXPECT_EQ(instance.name, "VI_1");
    EXPECT_EQ(instance.state, initial_state::master);
    EXPECT_EQ(instance.interface, "eth0");
    EXPECT_EQ(instance.vrid, vrid{51});
    EXPECT_EQ(instance.priority, priority{100});
    EXPECT_EQ(instance.advert_interval, 1s);
    EXPECT_EQ(instance.version, vrrp_version::v2);
    EXPECT_EQ(instance.auth_pass, "mypasswo");
    ASSERT_THAT(instance.virtual_addresses, SizeIs(1));
    EXPECT_EQ(instance.virtual_addresses[0].address, ip("10.0.0.70"));
    EXPECT_EQ(instance.virtual_addresses[0].prefix_length, 32);
}

TEST(config_fixture, kubernetes_api_server)
{
    const loaded result = must_load(fixture("kubernetes-api.conf"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    ASSERT_THAT(result.config.scripts, SizeIs(1));
    EXPECT_EQ(result.config.scripts[0].interval, 3s);
    EXPECT_EQ(result.config.scripts[0].fall, 10U);
    EXPECT_EQ(result.config.scripts[0].rise, 2U);
    const vrrp_instance& instance = only_instance(result);
    EXPECT_THAT(instance.track_scripts,
                ElementsAre(tracked_script{.name = "check_apiserver", .weight = -2, .reverse = false}));
    EXPECT_EQ(instance.priority, priority{101});
    EXPECT_EQ(instance.auth_pass, "42");
    EXPECT_EQ(instance.virtual_addresses.at(0).address, ip("192.168.70.10"));
}

TEST(config_fixture, osixia_lists_itself)
{
    const loaded result = must_load(fixture("container-unicast.conf"));
    EXPECT_THAT(texts(result, severity::warning), IsEmpty());
    const vrrp_instance& instance = only_instance(result);
    ASSERT_TRUE(instance.notify.any);
    EXPECT_THAT(instance.notify.any->command, ElementsAre("/container/service/keepalived/assets/notify.sh"));
    EXPECT_FALSE(instance.preempt);
    EXPECT_EQ(instance.auth_pass, "d0cker");
    EXPECT_THAT(instance.unicast_peers, SizeIs(2))
        << "which of them is this host is known only where the addresses are";
}

TEST(config_fixture, open_stack_deployment)
{
    const loaded result = must_load(fixture("openstack-deployment.conf"));
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const vrrp_instance& instance = only_instance(result);
    EXPECT_THAT(instance.track_scripts,
                ElementsAre(tracked_script{.name = "check_alive", .weight = {}, .reverse = false}));
    EXPECT_THAT(instance.unicast_peers, ElementsAre(ip("172.16.5.12"), ip("172.16.5.13")));
    EXPECT_EQ(instance.source, ip("172.16.5.11"));
    EXPECT_FALSE(instance.preempt);
    EXPECT_EQ(instance.virtual_addresses.at(1).device, "br-ex");
}

TEST(config_fixture, neutron_router)
{
    const loaded result = must_load(fixture("neutron-router.conf"));
    EXPECT_THAT(texts(result, severity::error), IsEmpty());
    const vrrp_instance& instance = only_instance(result);
    EXPECT_THAT(instance.excluded_addresses, SizeIs(4));
    EXPECT_EQ(instance.excluded_addresses.at(3).address.family(), address_family::ipv6);
    EXPECT_EQ(instance.garp.master_delay, 60s);
    EXPECT_EQ(instance.source, ip("169.254.192.4"));
}

TEST(config_fixture, router_distribution)
{
    const loaded result = must_load(fixture("router-distribution.conf"));
    EXPECT_THAT(texts(result, severity::error), IsEmpty());
    ASSERT_THAT(result.config.instances, SizeIs(2));
    EXPECT_EQ(result.config.instances[0].auth_pass, "s e#ret");
    EXPECT_THAT(result.config.instances[0].unicast_peers, ElementsAre(ip("10.20.0.3")));
    EXPECT_EQ(result.config.instances[0].preempt_delay, 180s);
    EXPECT_EQ(result.config.instances[1].version, vrrp_version::v3);
    EXPECT_EQ(result.config.instances[1].advert_interval, 500ms);
}

TEST(config_fixture, distribution_default)
{
    const loaded result = must_load(fixture("distribution-default.conf"));
    EXPECT_EQ(status_of(result), test_status::errors) << "authentication with vrrp_strict";
    const vrrp_instance& instance = only_instance(result);
    EXPECT_TRUE(instance.strict);
    EXPECT_FALSE(instance.accept);
    EXPECT_EQ(instance.auth_pass, std::nullopt);
    EXPECT_THAT(instance.virtual_addresses, SizeIs(3));
    EXPECT_THAT(texts(result, severity::warning), SizeIs(3)) << "state, authentication, load balancing";
}

TEST(config_fixture, every_fixture_survives_a_round_trip)
{
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(XVRRP_CONFIG_FIXTURES)) {
        if (entry.path().extension() != ".conf") {
            continue;
        }
        ++files;
        const configuration first = must_load(entry.path()).config;
        const configuration second = read(print(first)).config;
        EXPECT_TRUE(without_places(first) == without_places(second)) << entry.path();
    }
    EXPECT_GE(files, 7);
}

TEST(config_fixture, the_installed_example_is_clean)
{
    const loaded result = must_load(XVRRP_CONFIG_EXAMPLE);
    EXPECT_THAT(texts(result, severity::note), IsEmpty());
    EXPECT_EQ(status_of(result), test_status::ok);
}

} // namespace
} // namespace xvrrp::config
