// SPDX-License-Identifier: BSD-2-Clause
//
// The watching thread with real files: every way in which a number comes, changes and goes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "track/file_number.hpp"
#include "track/watcher.hpp"

namespace xvrrp::track {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

constexpr auto patience = 20s;

TEST(file_number, is_what_strtol_reads)
{
    EXPECT_THAT(read_number("5\n"), Optional(5));
    EXPECT_THAT(read_number(" \t-17 and more"), Optional(-17));
    EXPECT_THAT(read_number("0x1F"), Optional(31));
    EXPECT_THAT(read_number("010"), Optional(8));
    EXPECT_THAT(read_number(""), Optional(0));
    EXPECT_THAT(read_number("down"), Optional(0));
    EXPECT_THAT(read_number("2147483647"), Optional(2147483647));
    EXPECT_EQ(read_number("2147483648"), std::nullopt);
    EXPECT_EQ(read_number("99999999999999999999"), std::nullopt);
    EXPECT_THAT(read_number(std::string(200, ' ') + "5"), Optional(0)) << "beyond what is looked at";
}

class Watcher : public testing::Test {
protected:
    Watcher()
    {
        std::string name = (std::filesystem::temp_directory_path() / "xvrrp-test-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = std::filesystem::canonical(name);
    }
    ~Watcher() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return directory_ / name; }
    [[nodiscard]] track_file file(const std::string& name, const std::string& where,
                                  std::optional<file_start> start = std::nullopt) const
    {
        return {.name = name, .where = {}, .path = path(where).string(), .weight = 1, .reverse = false, .start = start};
    }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
    void watch(const std::vector<track_file>& files, bool may_overwrite = false)
    {
        configuration wanted;
        wanted.files = files;
        ASSERT_TRUE(watcher_.configure(wanted, may_overwrite));
    }
    /// Takes what comes until the file has that number.
    bool becomes(const std::string& name, int number, std::chrono::steady_clock::duration within = patience)
    {
        const auto until = std::chrono::steady_clock::now() + within;
        while (std::chrono::steady_clock::now() < until) {
            take();
            const auto known = watcher_.numbers().find(name);
            if (known != watcher_.numbers().end() && known->second == number) {
                return true;
            }
            pollfd news{.fd = watcher_.fd(), .events = POLLIN, .revents = 0};
            ::poll(&news, 1, 20);
        }
        return false;
    }
    void take()
    {
        watcher::changes changes = watcher_.take();
        for (const auto& [name, number] : changes.numbers) {
            history_.push_back(name + "=" + std::to_string(number));
        }
        std::ranges::move(changes.remarks, std::back_inserter(remarks_));
    }

    std::filesystem::path directory_;
    watcher watcher_;
    std::vector<std::string> history_;
    std::vector<std::string> remarks_;
};

TEST_F(Watcher, StartsWithNothingBeforeThereIsAFile)
{
    watch({});
    EXPECT_EQ(watcher_.fd(), -1);
    write("a", "3");
    watch({file("one", "a"), file("two", "missing")});
    EXPECT_TRUE(becomes("one", 3));
    EXPECT_TRUE(becomes("two", 0)) << "a file that isn't there counts as 0";
    EXPECT_TRUE(watcher_.file_changed_at("one"));
}

TEST_F(Watcher, SeesEachWayInWhichANumberChanges)
{
    watch({file("one", "a")});
    ASSERT_TRUE(becomes("one", 0));
    write("a", "5\n");
    EXPECT_TRUE(becomes("one", 5));
    write("b", "-7");
    std::filesystem::rename(path("b"), path("a"));
    EXPECT_TRUE(becomes("one", -7)) << "replaced";
    write("a", "");
    EXPECT_TRUE(becomes("one", 0)) << "emptied";
    write("a", "9");
    ASSERT_TRUE(becomes("one", 9));
    ASSERT_EQ(::truncate(path("a").c_str(), 0), 0);
    EXPECT_TRUE(becomes("one", 0)) << "truncated by its path, which closes no file";
    write("a", "8");
    ASSERT_TRUE(becomes("one", 8));
    std::filesystem::remove(path("a"));
    EXPECT_TRUE(becomes("one", 0)) << "deleted";
    write("a", "4");
    ASSERT_TRUE(becomes("one", 4));
    std::filesystem::rename(path("a"), path("elsewhere"));
    EXPECT_TRUE(becomes("one", 0)) << "moved away";
    EXPECT_THAT(history_,
                ElementsAre("one=0", "one=5", "one=-7", "one=0", "one=9", "one=0", "one=8", "one=0", "one=4", "one=0"));
    EXPECT_THAT(remarks_, IsEmpty());
}

TEST_F(Watcher, ADirectoryMayComeLaterAndGo)
{
    watch({file("one", "sub/dir/a")});
    ASSERT_TRUE(becomes("one", 0));
    std::filesystem::create_directories(path("sub/dir"));
    write("sub/dir/a", "5");
    EXPECT_TRUE(becomes("one", 5));
    write("sub/dir/a", "6");
    EXPECT_TRUE(becomes("one", 6, 900ms)) << "seen by the kernel";
    std::filesystem::remove_all(path("sub"));
    EXPECT_TRUE(becomes("one", 0));
    std::filesystem::create_directories(path("other"));
    write("other/a", "7");
    std::filesystem::create_directories(path("sub"));
    std::filesystem::rename(path("other"), path("sub/dir"));
    EXPECT_TRUE(becomes("one", 7));
}

TEST_F(Watcher, FollowsLinksAndWhereTheyPoint)
{
    std::filesystem::create_directories(path("v1"));
    std::filesystem::create_directories(path("v2"));
    write("v1/a", "1");
    write("v2/a", "2");
    std::filesystem::create_directory_symlink("v1", path("current"));
    std::filesystem::create_symlink("current/a", path("a"));
    watch({file("one", "a")});
    ASSERT_TRUE(becomes("one", 1));
    write("v1/a", "3");
    EXPECT_TRUE(becomes("one", 3));
    std::filesystem::create_directory_symlink("v2", path("next"));
    std::filesystem::rename(path("next"), path("current"));
    EXPECT_TRUE(becomes("one", 2)) << "as in a Kubernetes volume";
    write("v2/a", "4");
    EXPECT_TRUE(becomes("one", 4));
}

TEST_F(Watcher, AFileThatIsBeingWrittenIsReadWhenItIsClosed)
{
    write("a", "5");
    watch({file("one", "a")});
    ASSERT_TRUE(becomes("one", 5));
    const descriptor held(::open(path("a").c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    ASSERT_EQ(::write(held.get(), "6", 1), 1);
    EXPECT_TRUE(becomes("one", 6)) << "nobody closes it: read when nothing has changed for a while";
    EXPECT_THAT(history_, ElementsAre("one=5", "one=6"));
}

TEST_F(Watcher, ANumberThatNoIntHoldsIsIgnored)
{
    write("a", "5");
    watch({file("one", "a")});
    ASSERT_TRUE(becomes("one", 5));
    write("a", "99999999999");
    write("b", "");
    watch({file("one", "a"), file("two", "b")});
    ASSERT_TRUE(becomes("two", 0));
    EXPECT_EQ(watcher_.numbers().at("one"), 5);
    EXPECT_THAT(remarks_, ElementsAre(HasSubstr("a number that is too large")));
}

TEST_F(Watcher, InitFileMakesWhatIsMissingAndOverwritesAtTheStartAlone)
{
    write("there", "5");
    write("overwritten", "5");
    std::filesystem::create_directories(path("directory"));
    watch({file("made", "made", file_start{.value = 7, .overwrite = false}),
           file("there", "there", file_start{.value = 7, .overwrite = false}),
           file("overwritten", "overwritten", file_start{.value = -8, .overwrite = true}),
           file("directory", "directory", file_start{.value = 1, .overwrite = true})},
          true);
    EXPECT_TRUE(becomes("made", 7));
    EXPECT_TRUE(becomes("there", 5));
    EXPECT_TRUE(becomes("overwritten", -8));
    EXPECT_TRUE(becomes("directory", 0));
    EXPECT_THAT(remarks_, testing::Contains(HasSubstr("directory - it is not a regular file")));
    write("late", "5");
    watch({file("made", "made"), file("late", "late", file_start{.value = 9, .overwrite = true}),
           file("new", "new", file_start{.value = 9, .overwrite = true})});
    EXPECT_TRUE(becomes("late", 5));
    EXPECT_TRUE(becomes("new", 9));
}

TEST_F(Watcher, AReloadKeepsWhatIsKnownAndForgetsTheRest)
{
    write("a", "1");
    write("b", "2");
    watch({file("one", "a"), file("two", "b")});
    ASSERT_TRUE(becomes("one", 1));
    ASSERT_TRUE(becomes("two", 2));
    watch({file("two", "b"), file("one", "missing")});
    EXPECT_EQ(watcher_.numbers(), (file_numbers{{"two", 2}})) << "at once";
    EXPECT_TRUE(becomes("one", 0));
    write("b", "3");
    EXPECT_TRUE(becomes("two", 3));
    watch({});
    EXPECT_THAT(watcher_.numbers(), IsEmpty());
}

} // namespace
} // namespace xvrrp::track
