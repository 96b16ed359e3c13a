// SPDX-License-Identifier: BSD-2-Clause
//
// track_file end to end: the number in a file moves the address, or forbids to have it.
#include <csignal>
#include <filesystem>

#include "daemon_world.hpp"
#include "lab/scratch.hpp"

namespace xvrrp::test {
namespace {

class TrackFile : public ::testing::Test {
protected:
    [[nodiscard]] std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
    void write(const std::string& name, const std::string& text) const { must(directory_.write(name, text)); }
    [[nodiscard]] std::string file_text(const std::vector<std::string>& more = {}) const
    {
        std::string text = "track_file tf {\n  file " + path("value") + "\n";
        for (const std::string& each : more) {
            text += "  " + each + "\n";
        }
        return text + "}\n";
    }
    [[nodiscard]] static instance_text tracking(unsigned priority, const std::string& line = "tf")
    {
        instance_text instance = fast_instance(priority);
        instance.more = {"track_file {", line, "}"};
        return instance;
    }

    lab::segment lan_ = make_lan("auto", {"one", "two"});
    lab::scratch_directory directory_ = must(lab::scratch_directory::create("file"));
};

TEST_F(TrackFile, AWeightedNumberMovesTheAddressAndMovesItBack)
{
    write("value", "0\n");
    const xvrrpd one(lan_["one"].ns(), file_text({"weight -2"}) + file_of(tracking(110)));
    const xvrrpd two(lan_["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    write("value", "10\n");
    ASSERT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_log("(VI_1) Changing effective priority from 110 to 90"));
    EXPECT_EQ(one.instance("VI_1").effective_priority, 90U);
    const control::daemon_status status = one.status();
    ASSERT_EQ(status.files.size(), 1U);
    EXPECT_EQ(status.files[0].name, "tf");
    EXPECT_EQ(status.files[0].path, path("value"));
    EXPECT_EQ(status.files[0].number, 10);
    EXPECT_EQ(status.files[0].tracked_by, std::vector<std::string>{"VI_1"});
    EXPECT_NE(one.ctl({"status"}).output.find(path("value")), std::string::npos);
    std::filesystem::remove(path("value"));
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.instance("VI_1").effective_priority, 110U);
}

TEST_F(TrackFile, AMaintenanceFileIsAFaultWhileItSaysSo)
{
    xvrrpd one(lan_["one"].ns(), file_text({"weight 0"}) + file_of(tracking(200)));
    const xvrrpd two(lan_["two"].ns(), file_of(fast_instance(100)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    write("value", "1");
    ASSERT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_TRUE(two.wait_for_state("VI_1", "MASTER"));
    EXPECT_TRUE(one.wait_for_log("(VI_1): tracked file tf now FAULT state"));
    EXPECT_EQ(one.instance("VI_1").faults, std::vector<std::string>{"file tf says so"});
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(throughout(1s, [&] { return one.state("VI_1") == "FAULT"; }));
    write("value", "0");
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    // A router that starts with the file there doesn't start.
    write("value", "1");
    ASSERT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_EQ(one.stop(), 0);
    one.start();
    EXPECT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    EXPECT_FALSE(lan_["one"].ns().has_address(vip));
}

TEST_F(TrackFile, AProductOfMinus254IsAFaultToo)
{
    const xvrrpd one(lan_["one"].ns(), file_text({"weight 254"}) + file_of(tracking(100)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    write("value", "-1");
    ASSERT_TRUE(one.wait_for_state("VI_1", "FAULT"));
    write("value", "1");
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.instance("VI_1").effective_priority, 254U);
}

TEST_F(TrackFile, InitFileIsWrittenAtTheStartAndAReloadOverwritesNothing)
{
    xvrrpd one(lan_["one"].ns(), file_text({"init_file 7 overwrite"}) + file_of(tracking(100)));
    ASSERT_TRUE(eventually(10s, [&] { return one.instance("VI_1").effective_priority == 107U; }));
    write("value", "9");
    ASSERT_TRUE(eventually(10s, [&] { return one.instance("VI_1").effective_priority == 109U; }));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(throughout(1s, [&] { return one.instance("VI_1").effective_priority == 109U; }));
    // Nor does a daemon that comes after one that died.
    const auto before = one.daemon_pid();
    ASSERT_TRUE(before);
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(one.wait_for_next_daemon(*before));
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").effective_priority == 109U; }));
    EXPECT_EQ(one.stop(), 0);
    one.start();
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").effective_priority == 107U; }));
}

TEST_F(TrackFile, AReloadChangesWhatIsTracked)
{
    write("value", "5");
    write("other", "20");
    xvrrpd one(lan_["one"].ns(), file_text() + file_of(tracking(100)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_EQ(one.instance("VI_1").effective_priority, 105U);
    one.write_configuration("track_file tf {\n  file " + path("other") + "\n}\n" + file_of(tracking(100)));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").effective_priority == 120U; }));
    one.write_configuration("track_file tf {\n  file " + path("other") + "\n}\n" +
                            file_of(tracking(100, "tf weight 2")));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").effective_priority == 140U; }));
    EXPECT_EQ(one.transitions("VI_1"), 2U) << "BACKUP, MASTER";
    one.write_configuration(file_of(fast_instance(100)));
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").effective_priority == 100U; }));
    EXPECT_TRUE(one.status().files.empty());
}

} // namespace
} // namespace xvrrp::test
