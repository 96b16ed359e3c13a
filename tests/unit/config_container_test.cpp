// SPDX-License-Identifier: BSD-2-Clause
//
// The configuration that the environment of the container image osixia/keepalived comes to.
#include "config/container.hpp"

#include "config/container_list.hpp"
#include "config/print.hpp"
#include "unit/config_text_support.hpp"

namespace xvrrp::config {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using variables = std::map<std::string, std::string>;

/// The two lists, without which the image's own addresses are taken.
const variables lists{{"KEEPALIVED_UNICAST_PEERS", "10.0.0.1 10.0.0.2"}, {"KEEPALIVED_VIRTUAL_IPS", "10.0.0.70"}};

loaded read_with(const variables& more, const std::map<std::string, std::string>& files = {})
{
    memory_surroundings around;
    around.variables = more;
    around.variables.insert(lists.begin(), lists.end());
    around.files = files;
    return parse_environment(around);
}

std::vector<std::string> addresses_of(const vrrp_instance& instance)
{
    std::vector<std::string> found;
    for (const virtual_address& each : instance.virtual_addresses) {
        found.push_back(each.address.to_string() + " " + each.device);
    }
    return found;
}

/// A message at the value of a variable; `number` counts the entries of a list.
auto at_variable(severity level, const std::string& variable, std::uint32_t number, std::string_view part)
{
    return AllOf(message_at(level, number, 1, part),
                 testing::Field("where", &diagnostic::where, testing::Field("file", &source_location::file, variable)));
}

struct written_list {
    const char* name;
    const char* value;
};

class container_list : public testing::TestWithParam<written_list> {};

TEST_P(container_list, of_two_addresses)
{
    const auto read = list_entries(GetParam().value);
    ASSERT_TRUE(read.has_value()) << read.error().what << " at " << read.error().offset;
    EXPECT_THAT(*read, ElementsAre("192.168.4.1", "192.168.4.2"));
}

INSTANTIATE_TEST_SUITE_P(
    written_as, container_list,
    testing::Values(written_list{"python", "#PYTHON2BASH:['192.168.4.1', '192.168.4.2']"},
                    written_list{"python_with_double_quotes", R"(#PYTHON2BASH:["192.168.4.1","192.168.4.2"])"},
                    written_list{"python_tuple", "#PYTHON2BASH: ( u'192.168.4.1' , '192.168.4.2', ) "},
                    written_list{"json", R"(#JSON2BASH:["192.168.4.1", "192.168.4.2"])"},
                    written_list{"several_lines", "#JSON2BASH:[\n  \"192.168.4.1\",\n  \"192.168.4.2\"\n]\n"},
                    written_list{"without_quotes_inside", "#PYTHON2BASH:[192.168.4.1, 192.168.4.2]"},
                    written_list{"in_quotes", R"("#PYTHON2BASH:['192.168.4.1', '192.168.4.2']")"},
                    written_list{"in_the_same_quotes", R"("#JSON2BASH:["192.168.4.1", "192.168.4.2"]")"},
                    written_list{"in_quotes_with_backslashes", R"("#JSON2BASH:[\"192.168.4.1\", \"192.168.4.2\"]")"},
                    written_list{"in_single_quotes", R"('#JSON2BASH:["192.168.4.1", "192.168.4.2"]')"},
                    written_list{"no_tag", "['192.168.4.1', '192.168.4.2']"},
                    written_list{"blanks", "192.168.4.1 192.168.4.2"},
                    written_list{"blanks_in_quotes", R"( "192.168.4.1  192.168.4.2" )"},
                    written_list{"quoted_each_and_blanks", "'192.168.4.1' '192.168.4.2'"},
                    written_list{"commas", "192.168.4.1,192.168.4.2"},
                    written_list{"commas_and_blanks", "192.168.4.1, 192.168.4.2,"},
                    written_list{"quoted_each_and_commas", R"("192.168.4.1", "192.168.4.2")"},
                    written_list{"lines", "192.168.4.1\n192.168.4.2\n"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(container_lists, one_or_none)
{
    EXPECT_THAT(list_entries("192.168.4.3").value(), ElementsAre("192.168.4.3"));
    EXPECT_THAT(list_entries("#PYTHON2BASH:'192.168.4.3'").value(), ElementsAre("192.168.4.3"));
    for (const char* empty : {"", " \n", "\"\"", "#PYTHON2BASH:[]", "#JSON2BASH:[ ]", "[]", ","}) {
        EXPECT_THAT(list_entries(empty).value(), IsEmpty()) << empty;
    }
}

TEST(container_lists, words_belong_to_the_address_before_them)
{
    EXPECT_THAT(list_entries("10.0.0.1/24 dev eth1").value(), ElementsAre("10.0.0.1/24 dev eth1"));
    EXPECT_THAT(list_entries("10.0.0.1/24 brd 10.0.0.255 dev eth1 10.0.0.2 2001:db8::1/64 scope link").value(),
                ElementsAre("10.0.0.1/24 brd 10.0.0.255 dev eth1", "10.0.0.2", "2001:db8::1/64 scope link"));
    EXPECT_THAT(list_entries("#PYTHON2BASH:['10.0.0.1/24 dev eth1', '10.0.0.2']").value(),
                ElementsAre("10.0.0.1/24 dev eth1", "10.0.0.2"));
}

TEST(container_lists, what_cant_be_read_says_where)
{
    const auto fault = [](const char* value) {
        const auto read = list_entries(value);
        return read ? list_fault{} : read.error();
    };
    EXPECT_EQ(fault("#PYTHON2BASH:10.0.0.1").offset, 13U);
    EXPECT_THAT(fault("#PYTHON2BASH:10.0.0.1").what, HasSubstr("brackets"));
    EXPECT_EQ(fault("#PYTHON2BASH:['10.0.0.1', '10.0.0.2'").offset, 13U);
    EXPECT_THAT(fault("#PYTHON2BASH:['10.0.0.1', '10.0.0.2'").what, HasSubstr("']'"));
    EXPECT_THAT(fault("['10.0.0.1, 10.0.0.2]").what, HasSubstr("closing quote"));
    EXPECT_THAT(fault("['10.0.0.1' '10.0.0.2']").what, HasSubstr("comma"));
    EXPECT_THAT(fault("[['10.0.0.1']]").what, HasSubstr("address"));
    EXPECT_THAT(fault("[{'10.0.0.1': 1}]").what, HasSubstr("address"));
    EXPECT_THAT(fault("['10.0.0.1'] x").what, HasSubstr("behind"));
    EXPECT_THAT(fault("['10.0.0.1\\").what, HasSubstr("closing quote"));
    EXPECT_THAT(fault("[").what, HasSubstr("']'"));
    EXPECT_THAT(fault("#JSON2BASH:").what, HasSubstr("brackets"));
}

TEST(config_container, defaults_are_the_images)
{
    memory_surroundings around;
    const loaded result = parse_environment(around);
    const vrrp_instance& instance = only_instance(result);
    EXPECT_EQ(instance.name, "VI_1");
    EXPECT_EQ(instance.interface, "eth0");
    EXPECT_EQ(instance.state, initial_state::backup);
    EXPECT_EQ(instance.vrid.value, 51);
    EXPECT_EQ(instance.priority.value, 150);
    EXPECT_EQ(instance.version, vrrp_version::v2);
    EXPECT_FALSE(instance.preempt);
    EXPECT_EQ(instance.auth_pass, "d0cker");
    EXPECT_THAT(instance.unicast_peers, ElementsAre(ip("192.168.1.10"), ip("192.168.1.11")));
    EXPECT_THAT(addresses_of(instance), ElementsAre("192.168.1.231 eth0", "192.168.1.232 eth0"));
    EXPECT_EQ(instance.notify.any, std::nullopt);
    EXPECT_THAT(result.diagnostics,
                ElementsAre(at_variable(severity::warning, "KEEPALIVED_VIRTUAL_IPS", 1, "isn't set"),
                            at_variable(severity::warning, "KEEPALIVED_UNICAST_PEERS", 1, "isn't set")));
    EXPECT_EQ(result.from, "the environment");
}

TEST(config_container, every_variable)
{
    const loaded result = read_with({{"KEEPALIVED_INTERFACE", "ens3"},
                                     {"KEEPALIVED_PRIORITY", "\"200\""},
                                     {"KEEPALIVED_ROUTER_ID", "7"},
                                     {"KEEPALIVED_STATE", "BACKUP"},
                                     {"KEEPALIVED_PASSWORD", "'s3cret'"},
                                     {"KEEPALIVED_NOTIFY", "/usr/bin/tell me"}});
    EXPECT_THAT(result.diagnostics, IsEmpty());
    const vrrp_instance& instance = only_instance(result);
    EXPECT_EQ(instance.interface, "ens3");
    EXPECT_EQ(instance.priority.value, 200);
    EXPECT_EQ(instance.vrid.value, 7);
    EXPECT_EQ(instance.auth_pass, "s3cret");
    EXPECT_THAT(addresses_of(instance), ElementsAre("10.0.0.70 ens3"));
    ASSERT_TRUE(instance.notify.any.has_value());
    EXPECT_THAT(instance.notify.any->command, ElementsAre("/usr/bin/tell", "me"));
    EXPECT_EQ(without_places(read(print(result.config)).config), without_places(result.config));
}

TEST(config_container, the_second_generations_notify_script)
{
    const loaded result =
        read_with({{"KEEPALIVED_NOTIFY_SCRIPT", "/second.sh"}, {"KEEPALIVED_NOTIFY", "notify \"/second.sh\""}});
    EXPECT_THAT(only_instance(result).notify.any->command, ElementsAre("/second.sh"));
}

TEST(config_container, the_images_notify_script_is_called_where_one_is)
{
    const char* first = "/container/service/keepalived/assets/notify.sh";
    const char* second = "/container/services/keepalived/assets/scripts/notify.sh";
    EXPECT_THAT(only_instance(read_with({}, {{first, ""}})).notify.any->command, ElementsAre(first));
    EXPECT_THAT(only_instance(read_with({}, {{second, ""}})).notify.any->command, ElementsAre(second));
    EXPECT_EQ(only_instance(read_with({{"KEEPALIVED_NOTIFY", ""}}, {{first, ""}})).notify.any, std::nullopt);
}

TEST(config_container, a_master_preempts)
{
    const loaded result = read_with({{"KEEPALIVED_STATE", "MASTER"}});
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).state, initial_state::master);
    EXPECT_TRUE(only_instance(result).preempt);
    EXPECT_THAT(read_with({{"KEEPALIVED_PRIORITY", "255"}}).diagnostics, IsEmpty());
}

TEST(config_container, without_peers_adverts_are_multicast)
{
    const loaded result = read_with({{"KEEPALIVED_UNICAST_PEERS", "#PYTHON2BASH:[]"}});
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_THAT(only_instance(result).unicast_peers, IsEmpty());
}

TEST(config_container, without_password_there_is_no_authentication)
{
    const loaded result = read_with({{"KEEPALIVED_PASSWORD", ""}});
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).auth_pass, std::nullopt);
}

TEST(config_container, ipv6_has_none_unless_asked_for)
{
    const variables ipv6{{"KEEPALIVED_UNICAST_PEERS", "fe80::1,fe80::2"}, {"KEEPALIVED_VIRTUAL_IPS", "fe80::70"}};
    const loaded result = read_with(ipv6);
    EXPECT_THAT(result.diagnostics, IsEmpty());
    EXPECT_EQ(only_instance(result).version, vrrp_version::v3);
    variables with_password = ipv6;
    with_password["KEEPALIVED_PASSWORD"] = "secret";
    EXPECT_THAT(read_with(with_password).diagnostics,
                Contains(testing::Field("text", &diagnostic::text, HasSubstr("version 3 has no "))));
}

TEST(config_container, an_empty_setting_is_the_default)
{
    const loaded result = read_with({{"KEEPALIVED_PRIORITY", ""}});
    EXPECT_EQ(only_instance(result).priority.value, 150);
    EXPECT_THAT(result.diagnostics, only_message(severity::warning, 1, 3, "KEEPALIVED_PRIORITY is empty: 150"));
}

TEST(config_container, errors_name_the_variable_and_the_entry)
{
    EXPECT_THAT(read_with({{"KEEPALIVED_PRIORITY", "300"}}).diagnostics,
                ElementsAre(at_variable(severity::error, "KEEPALIVED_PRIORITY", 1, "from 1 to 255")));
    const loaded peer = read_with({{"KEEPALIVED_UNICAST_PEERS", "10.0.0.1, nobody"}});
    EXPECT_THAT(peer.diagnostics, ElementsAre(at_variable(severity::error, "KEEPALIVED_UNICAST_PEERS", 2, "nobody")));
    EXPECT_THAT(only_instance(peer).unicast_peers, ElementsAre(ip("10.0.0.1")));
    EXPECT_EQ(to_string(peer.diagnostics.front()),
              "KEEPALIVED_UNICAST_PEERS:2:1: error: 'nobody' is no IP address of a host (written without a mask); the "
              "peer is left out\n        nobody\n        ^");
}

TEST(config_container, a_list_that_cant_be_read_runs_nothing)
{
    const loaded result = read_with({{"KEEPALIVED_UNICAST_PEERS", "\"#PYTHON2BASH:['10.0.0.1'\""}});
    EXPECT_THAT(result.config.instances, IsEmpty());
    EXPECT_THAT(result.diagnostics, only_message(severity::error, 1, 14, "nothing runs without this list"));
    EXPECT_EQ(status_of(result), test_status::cannot_run);
}

TEST(config_container, no_value_is_more_than_a_value)
{
    const loaded result = read_with({{"KEEPALIVED_PRIORITY", "200\n  xyzzy"}, {"KEEPALIVED_INTERFACE", "eth0\n}"}});
    EXPECT_THAT(result.config.instances, IsEmpty());
    EXPECT_EQ(status_of(result), test_status::cannot_run);
    const loaded variable = read_with({{"KEEPALIVED_INTERFACE", "${_ENV KEEPALIVED_PRIORITY}"}});
    EXPECT_THAT(variable.config.instances, IsEmpty());
}

TEST(config_container, a_password_is_never_shown)
{
    const loaded result = read_with({{"KEEPALIVED_PASSWORD", "muchtoolong#x"}});
    ASSERT_THAT(result.diagnostics, Not(IsEmpty()));
    for (const diagnostic& each : result.diagnostics) {
        EXPECT_EQ(each.where.file, "KEEPALIVED_PASSWORD");
        EXPECT_THAT(to_string(each), Not(HasSubstr("muchtoo")));
    }
}

TEST(config_container, a_file_takes_the_place_of_the_variables)
{
    memory_surroundings around;
    EXPECT_EQ(container_file(around), std::nullopt);
    around.files["/etc/keepalived/keepalived.conf"] = "";
    EXPECT_EQ(container_file(around), "/etc/keepalived/keepalived.conf");
    around.files["/container/service/keepalived/assets/keepalived.conf"] = "";
    EXPECT_EQ(container_file(around), "/container/service/keepalived/assets/keepalived.conf");
    around.files["/usr/local/etc/keepalived/keepalived.conf"] = "";
    EXPECT_EQ(container_file(around), "/usr/local/etc/keepalived/keepalived.conf");
    around.variables["KEEPALIVED_CONF"] = "/other.conf";
    EXPECT_EQ(container_file(around), std::nullopt);
    around.files["/other.conf"] = "";
    EXPECT_EQ(container_file(around), "/other.conf");
}

} // namespace
} // namespace xvrrp::config
