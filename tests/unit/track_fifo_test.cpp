// SPDX-License-Identifier: BSD-2-Clause
//
// Pipes as the kernel makes them: who owns them, when they are removed, and what happens to a line that nobody reads.
// Their scripts are tested with the daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "track/fifo_set.hpp"
#include "track/notifier.hpp"

namespace xvrrp::track {
namespace {

using kind = fifo_news::kind;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

class Fifo : public testing::Test {
protected:
    Fifo()
    {
        std::string name = (std::filesystem::temp_directory_path() / "xvrrp-test-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
    }
    ~Fifo() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::string path(const std::string& name) const { return (directory_ / name).string(); }
    [[nodiscard]] notify_fifo at(const std::string& name, std::uint32_t uid = 0, std::uint32_t gid = 0) const
    {
        return {.where = {},
                .path = path(name),
                .owner = {.user = "u", .group = {}, .uid = uid, .gid = gid},
                .script = std::nullopt};
    }
    std::vector<fifo_news> configure(const std::optional<notify_fifo>& one,
                                     const std::optional<notify_fifo>& other = std::nullopt)
    {
        global_settings wanted;
        wanted.fifo = one;
        wanted.vrrp_fifo = other;
        return fifos_.configure(wanted, nobody_);
    }
    [[nodiscard]] std::string read(const std::string& name) const
    {
        std::string text;
        const descriptor pipe(::open(path(name).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        std::array<char, 4096> room{};
        ssize_t length = 0;
        while ((length = ::read(pipe.get(), room.data(), room.size())) > 0) {
            text.append(room.data(), static_cast<std::size_t>(length));
        }
        return text;
    }
    [[nodiscard]] struct stat file(const std::string& name) const
    {
        struct stat found{};
        ::stat(path(name).c_str(), &found);
        return found;
    }

    std::filesystem::path directory_;
    spawner_link nobody_{descriptor()};
    fifo_set fifos_;
};

TEST_F(Fifo, IsMadeForItsOwnerAndRemovedAtTheEnd)
{
    EXPECT_THAT(configure(at("one", 1, 2)), IsEmpty());
    EXPECT_TRUE(S_ISFIFO(file("one").st_mode));
    EXPECT_EQ(file("one").st_mode & 07777U, 0600U);
    EXPECT_EQ(file("one").st_uid, 1U);
    EXPECT_EQ(file("one").st_gid, 2U);
    fifos_.close();
    EXPECT_FALSE(std::filesystem::exists(path("one")));
    EXPECT_TRUE(fifos_.idle());
}

TEST_F(Fifo, ThatWasThereStaysAsItIs)
{
    ASSERT_EQ(::mkfifo(path("one").c_str(), 0640), 0);
    EXPECT_THAT(configure(at("one", 1, 2)), IsEmpty());
    fifos_.close();
    EXPECT_EQ(file("one").st_mode & 07777U, 0640U);
    EXPECT_EQ(file("one").st_uid, 0U);
}

TEST_F(Fifo, IsRefusedWhereSomethingElseIs)
{
    std::ofstream(path("one")) << "precious";
    EXPECT_THAT(configure(at("one"), at("missing/two")),
                ElementsAre(Field(&fifo_news::text, testing::HasSubstr("is no FIFO")),
                            Field(&fifo_news::text, testing::HasSubstr("making the FIFO"))));
    fifos_.add("lost");
    EXPECT_THAT(fifos_.write(), IsEmpty());
    fifos_.close();
    EXPECT_EQ(read("one"), "precious");
    EXPECT_TRUE(fifos_.idle());
}

TEST_F(Fifo, EachIsToldEveryLineInItsOrder)
{
    EXPECT_THAT(configure(at("one"), at("two")), IsEmpty());
    fifos_.add("a");
    fifos_.add("b");
    EXPECT_TRUE(fifos_.has_lines());
    EXPECT_THAT(fifos_.write(), IsEmpty());
    EXPECT_FALSE(fifos_.has_lines());
    fifos_.add("c");
    EXPECT_THAT(fifos_.write(), IsEmpty());
    EXPECT_EQ(read("one"), "a\nb\nc\n");
    EXPECT_EQ(read("two"), "a\nb\nc\n");
    EXPECT_EQ(fifos_.states()[0].lines, 3U);
}

TEST_F(Fifo, NobodyReadsLosesLinesWithOneWarningAndIsToldWhenItGoesOn)
{
    EXPECT_THAT(configure(at("one")), IsEmpty());
    const std::string line(1000, 'x');
    std::vector<fifo_news> all;
    for (int i = 0; i < 200; ++i) {
        fifos_.add(line);
        for (fifo_news& each : fifos_.write()) {
            all.push_back(std::move(each));
        }
    }
    ASSERT_THAT(all, ElementsAre(Field(&fifo_news::what, kind::full)));
    const std::uint64_t lost = fifos_.states()[0].lost;
    EXPECT_GT(lost, 100U);
    EXPECT_EQ(fifos_.states()[0].lines, 200 - lost);
    EXPECT_THAT(read("one"), SizeIs((200 - lost) * (line.size() + 1))) << "whole lines alone";
    fifos_.add("next");
    const std::vector<fifo_news> again = fifos_.write();
    ASSERT_THAT(again, ElementsAre(Field(&fifo_news::what, kind::taking_again)));
    EXPECT_EQ(again[0].lost, lost);
    EXPECT_EQ(read("one"), "next\n");
}

TEST_F(Fifo, WhatAReloadDoesNotChangeGoesOn)
{
    EXPECT_THAT(configure(at("one"), at("two")), IsEmpty());
    const ino_t before = file("two").st_ino;
    fifos_.add("a");
    EXPECT_THAT(fifos_.write(), IsEmpty());
    EXPECT_THAT(configure(at("three"), at("two")), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(path("one")));
    EXPECT_EQ(file("two").st_ino, before);
    EXPECT_EQ(read("two"), "a\n") << "what wasn't read yet is there";
    EXPECT_THAT(configure(std::nullopt, at("two", 1)), IsEmpty());
    EXPECT_EQ(file("two").st_uid, 1U);
    EXPECT_FALSE(std::filesystem::exists(path("three")));
}

TEST(fifo_lines, say_what_happened_as_keepalived_does)
{
    vrrp_instance instance;
    instance.name = "VI 1";
    sync_group group;
    group.name = "G";
    EXPECT_EQ(fifo_line(instance, instance_event::master, priority{110}), "INSTANCE \"VI 1\" MASTER 110");
    EXPECT_EQ(fifo_line(instance, instance_event::removed, priority{110}), "INSTANCE \"VI 1\" FAULT 110");
    EXPECT_EQ(fifo_line(instance, instance_event::deleted, priority{110}), "INSTANCE \"VI 1\" DELETED 110");
    EXPECT_EQ(fifo_line(instance, instance_event::rx_lower_pri, priority{9}),
              "INSTANCE \"VI 1\" MASTER_RX_LOWER_PRI 9");
    EXPECT_EQ(fifo_line(instance, instance_event::master_priority, priority{9}), "INSTANCE \"VI 1\" MASTER_PRIORITY 9");
    EXPECT_EQ(fifo_line(instance, instance_event::backup_priority, priority{9}), "INSTANCE \"VI 1\" BACKUP_PRIORITY 9");
    EXPECT_EQ(fifo_line(group, instance_event::stop), "GROUP \"G\" STOP 0");
    EXPECT_THAT(runs_for(instance, instance_event::master_priority, priority{9}), IsEmpty());
}

} // namespace
} // namespace xvrrp::track
