// SPDX-License-Identifier: BSD-2-Clause
//
// What xvrrpd says of a file without running it: -t and --print-config.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <tuple>

#include "daemon_world.hpp"
#include "lab/scratch.hpp"

namespace xvrrp::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A directory with files that include each other.
class CommandLine : public ::testing::Test {
protected:
    [[nodiscard]] std::filesystem::path file(const std::string& name, const std::string& text) const
    {
        const std::filesystem::path path = files_.path() / name;
        std::ofstream(path) << text;
        return path;
    }
    [[nodiscard]] static lab::exec_result examine(const std::string& option, const std::filesystem::path& path)
    {
        return must(lab::exec({xvrrpd_binary(), option, "-f", path}));
    }

private:
    lab::scratch_directory files_ = must(lab::scratch_directory::create("command-line"));
};

TEST_F(CommandLine, WhatPrintConfigWritesReadsBackTheSame)
{
    std::string with_variable = instance_text{.name = "VI_2", .vrid = 52, .addresses = {"10.0.0.71"}}.to_string();
    with_variable.replace(with_variable.find("priority 100"), 12, "priority ${PRIORITY}");
    std::ignore = file("part.conf", "$PRIORITY=150\n" + with_variable);
    const auto whole = file("whole.conf", "include part.conf\n" + instance_text{}.to_string());
    const lab::exec_result printed = examine("--print-config", whole);
    ASSERT_EQ(printed.status, 0) << printed.errors;
    EXPECT_THAT(printed.output, HasSubstr("priority 150"));
    EXPECT_THAT(printed.output, HasSubstr("vrrp_instance VI_1"));
    const lab::exec_result again = examine("--print-config", file("printed.conf", printed.output));
    EXPECT_EQ(again.status, 0) << again.errors;
    EXPECT_EQ(again.output, printed.output);
    EXPECT_THAT(examine("-t", file("printed.conf", printed.output)).errors, IsEmpty());
}

TEST_F(CommandLine, AnErrorNamesTheIncludedFileAndItsLine)
{
    std::ignore = file("part.conf", "\nvrrp_instance VI_2 {\n  interface eth0\n  virtual_router_id 300\n}\n");
    const auto whole = file("whole.conf", "include part.conf\n" + instance_text{}.to_string());
    const lab::exec_result tested = examine("-t", whole);
    EXPECT_NE(tested.status, 0);
    EXPECT_THAT(tested.errors, HasSubstr("part.conf:4:21")) << tested.output;
}

TEST_F(CommandLine, AReloadReadsIncludedFilesAnew)
{
    lab::segment lan = make_lan("auto", {"one"});
    instance_text instance = fast_instance(200);
    const auto included = file("part.conf", instance.to_string());
    const xvrrpd one(lan["one"].ns(), "include " + included.string() + "\n");
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    instance.addresses = {vip, "10.0.0.71"};
    std::ofstream(included) << instance.to_string();
    ASSERT_TRUE(one.reload().ok());
    EXPECT_TRUE(eventually(5s, [&] { return lan["one"].ns().has_address("10.0.0.71"); }));
    std::filesystem::remove(included);
    EXPECT_FALSE(one.reload().ok()) << "a file without its part would take the router away";
    EXPECT_TRUE(lan["one"].ns().has_address(vip));
    EXPECT_EQ(one.transitions("VI_1"), 2U);
}

} // namespace
} // namespace xvrrp::test
