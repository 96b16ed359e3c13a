// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd in place of the container image osixia/keepalived: nothing but its environment, the three capabilities of the
// image's recipes, and PID 1 of its container.
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>

#include "daemon_world.hpp"
#include "lab/probe.hpp"
#include "lab/scratch.hpp"
#include "support/call_record.hpp"
#include "support/container.hpp"

namespace xvrrp::test {
namespace {

using variables = std::map<std::string, std::string>;

constexpr const char* swarm_vip = "192.168.4.3";
/// What both managers of the swarm are run with.
const variables recipe{{"KEEPALIVED_UNICAST_PEERS", "#PYTHON2BASH:['192.168.4.1', '192.168.4.2']"},
                       {"KEEPALIVED_VIRTUAL_IPS", swarm_vip}};

variables recipe_with(const variables& more)
{
    variables all = more;
    all.insert(recipe.begin(), recipe.end());
    return all;
}

/// A host that can run the image: `docker run --net=host --cap-drop=ALL --cap-add=NET_ADMIN --cap-add=NET_BROADCAST
/// --cap-add=NET_RAW -e … IMAGE`, with /run kept from one run to the next, and no BPF file system.
class docker_host {
public:
    docker_host(const lab::host& place, variables environment)
        : place_(&place), environment_(std::move(environment)), run_(must(lab::scratch_directory::create("docker")))
    {
    }

    void run()
    {
        std::vector<std::string> command{
            "sh", "-c",
            R"(mount --bind "$0" /run && mount -t tmpfs -o ro tmpfs /sys/fs/bpf && exec env -i PATH="$PATH" "$@")",
            run_.path()};
        for (const auto& [name, value] : environment_) {
            command.push_back(name + "=" + value);
        }
        for (const std::string word : {"setpriv", "--bounding-set=-all,+net_admin,+net_broadcast,+net_raw"}) {
            command.push_back(word);
        }
        command.push_back(xvrrpd_binary());
        command.emplace_back("--from-env");
        container_.reset();
        container_ = std::make_unique<container>(place_->ns(), command);
    }
    /// `docker stop`: its exit status.
    int stop()
    {
        container_->signal(SIGTERM);
        const auto status = container_->wait(20s);
        return status ? *status : throw std::runtime_error("it doesn't stop: " + log());
    }
    /// `docker kill`.
    void kill()
    {
        container_->signal(SIGKILL);
        std::ignore = container_->wait(20s);
    }
    void hangup() const { container_->signal(SIGHUP); }

    [[nodiscard]] bool says(const std::string& text) const { return container_->wait_for_log(text, 20s); }
    [[nodiscard]] std::string log() const { return container_->log(); }
    [[nodiscard]] unsigned count(const std::string& text) const
    {
        const std::string all = log();
        unsigned found = 0;
        for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) {
            ++found;
        }
        return found;
    }
    [[nodiscard]] bool has_vip() const { return place_->ns().has_address(swarm_vip); }
    [[nodiscard]] bool gets_vip() const
    {
        return eventually(20s, [this] { return has_vip(); });
    }
    [[nodiscard]] bool loses_vip() const
    {
        return eventually(20s, [this] { return !has_vip(); });
    }
    [[nodiscard]] pid_t pid_1() const { return container_->pid_1(); }
    [[nodiscard]] std::filesystem::path run_directory() const { return run_.path(); }

private:
    const lab::host* place_;
    variables environment_;
    lab::scratch_directory run_;
    std::unique_ptr<container> container_;
};

/// Two managers with the addresses of the recipe, and a client with another of their network.
lab::segment make_swarm()
{
    lab::segment lan = must(lab::segment::create({"manager1", "manager2", "client"}));
    const auto renumber = [](const lab::host& host, const char* address) {
        must(host.ns().ip_batch(
            {fmt::format("addr del {}/24 dev eth0", host.ipv4()), fmt::format("addr add {}/24 dev eth0", address)}));
    };
    renumber(lan["manager1"], "192.168.4.1");
    renumber(lan["manager2"], "192.168.4.2");
    renumber(lan["client"], "192.168.4.100");
    return lan;
}

class FromEnv : public ::testing::Test {
protected:
    [[nodiscard]] bool is_served_by(const char* role) const
    {
        const mac_address mac = lan[role].mac();
        return eventually(20s, [&] { return client.report().last_answer == mac; });
    }

    mutable lab::segment lan = make_swarm();
    lab::probe client = must(lab::probe::start(lan["client"], swarm_vip));
};

TEST_F(FromEnv, TheSwarmRecipeFailsOverAndBack)
{
    docker_host first(lan["manager1"], recipe_with({{"KEEPALIVED_PRIORITY", "200"}}));
    docker_host second(lan["manager2"], recipe_with({{"KEEPALIVED_PRIORITY", "100"}}));
    first.run();
    second.run();
    ASSERT_TRUE(first.gets_vip()) << first.log();
    ASSERT_TRUE(is_served_by("manager1"));
    ASSERT_TRUE(second.says("Entering BACKUP STATE")) << second.log();
    EXPECT_FALSE(second.has_vip());

    first.kill();
    ASSERT_TRUE(second.gets_vip()) << second.log();
    EXPECT_TRUE(is_served_by("manager2"));
    first.run();
    EXPECT_TRUE(first.loses_vip()) << "what the killed run left: " << first.log();
    EXPECT_TRUE(throughout(1500ms, [&] { return second.has_vip() && !first.has_vip(); }))
        << "the image says nopreempt: " << first.log();

    EXPECT_EQ(second.stop(), 0) << second.log();
    EXPECT_FALSE(second.has_vip());
    EXPECT_TRUE(first.gets_vip()) << first.log();
    EXPECT_TRUE(is_served_by("manager1"));
    EXPECT_LT(client.stop().longest_gap, 10s);
    EXPECT_EQ(first.stop(), 0) << first.log();
}

TEST_F(FromEnv, AMasterTakesTheAddressBack)
{
    docker_host first(lan["manager1"], recipe_with({{"KEEPALIVED_PRIORITY", "200"}, {"KEEPALIVED_STATE", "MASTER"}}));
    docker_host second(lan["manager2"], recipe_with({{"KEEPALIVED_PRIORITY", "100"}}));
    second.run();
    ASSERT_TRUE(second.gets_vip()) << second.log();
    first.run();
    EXPECT_TRUE(first.gets_vip()) << first.log();
    EXPECT_TRUE(second.loses_vip()) << second.log();
    EXPECT_TRUE(is_served_by("manager1"));
}

TEST_F(FromEnv, WithTheRecipesCapabilitiesItSaysOnceWhatItDoesWithout)
{
    docker_host only(lan["manager1"], recipe);
    only.run();
    ASSERT_TRUE(only.gets_vip()) << only.log();
    EXPECT_EQ(only.count("no BPF"), 1U) << only.log();
    EXPECT_EQ(only.count("using a packet socket"), 1U) << only.log();
    EXPECT_EQ(only.count("warning"), 0U) << only.log();
    EXPECT_EQ(only.count("d0cker"), 0U) << only.log();
}

TEST_F(FromEnv, AsPid1ItReapsWhatOthersLeaveAndEndsWhenItIsStopped)
{
    const call_record calls;
    calls.write_script("sleep 0.2 & echo $! >" + calls.file("orphan"));
    docker_host only(lan["manager1"], recipe_with({{"KEEPALIVED_NOTIFY", calls.file("script")}}));
    std::filesystem::create_directories(only.run_directory() / "xvrrp");
    std::ofstream(only.run_directory() / "xvrrp" / "xvrrpd.pid") << "1\n"; // of a container that was killed
    only.run();
    ASSERT_TRUE(only.gets_vip()) << only.log();
    EXPECT_TRUE(eventually(20s, [&] { return calls.count("INSTANCE VI_1 MASTER 150") == 1; })) << only.log();
    std::string orphan;
    ASSERT_TRUE(std::ifstream(calls.file("orphan")) >> orphan);
    const std::filesystem::path inside = fmt::format("/proc/{}/root/proc", only.pid_1());
    ASSERT_TRUE(std::filesystem::exists(inside / "1"));
    EXPECT_TRUE(eventually(10s, [&] { return !std::filesystem::exists(inside / orphan); })) << "it stays a zombie";
    EXPECT_EQ(only.stop(), 0) << only.log();
    EXPECT_FALSE(only.has_vip());
    EXPECT_EQ(calls.count("INSTANCE VI_1 STOP 150"), 1U) << "it was waited for";
}

TEST_F(FromEnv, AReloadChangesNothingUntilThereIsAFile)
{
    const lab::scratch_directory mounted = must(lab::scratch_directory::create("mounted"));
    docker_host only(lan["manager1"], recipe_with({{"KEEPALIVED_CONF", mounted.path() / "keepalived.conf"}}));
    only.run();
    ASSERT_TRUE(only.gets_vip()) << only.log();
    only.hangup();
    EXPECT_TRUE(only.says("Reload complete: the environment")) << only.log();
    EXPECT_TRUE(only.has_vip());

    must(mounted.write("keepalived.conf", instance_text{.priority = 150,
                                                        .auth_pass = "d0cker",
                                                        .unicast_peers = {"192.168.4.1", "192.168.4.2"},
                                                        .addresses = {swarm_vip, "192.168.4.99"},
                                                        .more = {"nopreempt"}}
                                              .to_string()));
    only.hangup();
    EXPECT_TRUE(only.says("Reload complete: " + (mounted.path() / "keepalived.conf").string())) << only.log();
    EXPECT_TRUE(eventually(5s, [&] { return lan["manager1"].ns().has_address("192.168.4.99"); })) << only.log();
    EXPECT_TRUE(only.has_vip());
    EXPECT_EQ(only.count("Entering "), 2U) << only.log();
}

} // namespace
} // namespace xvrrp::test
