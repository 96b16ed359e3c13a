// SPDX-License-Identifier: BSD-2-Clause
//
// xvrrpd as PID 1 of a container: with it everything dies that is in the container, and only the kernel is left to say
// so and to keep the host silent.
#include <csignal>
#include <filesystem>
#include <memory>

#include "fast_world.hpp"
#include "lab/probe.hpp"
#include "lab/scratch.hpp"
#include "support/container.hpp"

namespace xvrrp::test {
namespace {

/// xvrrpd in a container, with files of its own.
class contained_xvrrpd {
public:
    contained_xvrrpd(const lab::net_namespace& place, const std::string& configuration)
        : files_(must(lab::scratch_directory::create("container"))),
          pins_(std::filesystem::path("/sys/fs/bpf") / lab::unique_name("container")),
          running_(std::make_unique<container>(
              place, std::vector<std::string>{xvrrpd_binary(), "-n", "-l", "-G", "-f",
                                              must(files_.write("xvrrpd.conf", configuration)), "-p",
                                              files_.path() / "pid", "-r", files_.path() / "daemon", "--bpf-dir", pins_,
                                              "--socket", files_.path() / "control.sock"}))
    {
    }
    contained_xvrrpd(const contained_xvrrpd&) = delete;
    contained_xvrrpd& operator=(const contained_xvrrpd&) = delete;
    ~contained_xvrrpd()
    {
        running_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(pins_, ignored);
    }
    [[nodiscard]] const container& running() const { return *running_; }

private:
    lab::scratch_directory files_;
    std::filesystem::path pins_;
    std::unique_ptr<container> running_;
};

class Container : public EachMode {};
INSTANTIATE_TEST_SUITE_P(Mode, Container, ::testing::Values("generic", "native"), mode_name_of);

TEST_P(Container, WhosePid1IsKilledIsReplacedAtOnceAndItsHostServesNoMore)
{
    lab::segment lan = make_lan(mode(), {"first", "second", "client"});
    const contained_xvrrpd first(lan["first"].ns(), file_of(probing_instance(200), mode()));
    ASSERT_TRUE(first.running().wait_for_log("Entering MASTER", 30s)) << first.running().log();
    const xvrrpd second(lan["second"].ns(), file_of(probing_instance(150), mode()));
    ASSERT_TRUE(waits_for_session(second, "up")) << second.log();
    lab::probe client = must(lab::probe::start(lan["client"], vip, 1ms));
    ASSERT_TRUE(client.wait_for_answers(50, 5s));
    first.running().signal(SIGKILL);
    ASSERT_TRUE(second.wait_for_state("VI_1", "MASTER", 2s));
    ASSERT_TRUE(eventually(2s, [&] { return client.report().last_answer == lan["second"].mac(); }));
    const auto from_the_dead = client.report().answers[lan["first"].mac()];
    ASSERT_TRUE(client.wait_for_answers(1000, 10s));
    const lab::probe_report seen = client.stop();
    EXPECT_EQ(seen.answers.at(lan["first"].mac()), from_the_dead);
    EXPECT_LT(seen.longest_gap, well_before_any_timer + seen.longest_stall);
    EXPECT_TRUE(lan["first"].ns().has_address(vip)) << "nobody removed it: the fence keeps it silent";
    EXPECT_EQ(last_takeover(second)->reason, "peer_dead");
}

} // namespace
} // namespace xvrrp::test
