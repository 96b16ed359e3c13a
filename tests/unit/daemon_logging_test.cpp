// SPDX-License-Identifier: BSD-2-Clause
//
// The log: what lines look like, and that nobody waits for whoever reads them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "control_support.hpp"
#include "daemon/line_queue.hpp"
#include "daemon/logging.hpp"
#include "daemon/supervisor_log.hpp"

namespace xvrrp::daemon::test {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using xvrrp::test::bind_datagram;
using xvrrp::test::receive_datagram;
using xvrrp::test::temporary_directory;
using clock = std::chrono::steady_clock;

constexpr const char* console_time =
    "(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 1-3][0-9] "
    "[0-2][0-9]:[0-5][0-9]:[0-6][0-9] [0-9][0-9][0-9][0-9]: ";

/// A pipe in the place of standard error.
class console {
public:
    console()
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("pipe2");
        }
        reading_ = descriptor(ends[0]);
        writing_ = descriptor(ends[1]);
    }
    [[nodiscard]] int fd() const { return writing_.get(); }
    /// What comes until the writing end is closed everywhere, or until a second passes without anything.
    std::string read_all()
    {
        std::string all;
        std::array<char, 65536> part{};
        pollfd waiting{.fd = reading_.get(), .events = POLLIN, .revents = 0};
        while (::poll(&waiting, 1, 1000) == 1) {
            const ssize_t count = ::read(reading_.get(), part.data(), part.size());
            if (count <= 0) {
                break;
            }
            all.append(part.data(), static_cast<std::size_t>(count));
        }
        return all;
    }
    void close_reading() { reading_.reset(); }
    void close_writing() { writing_.reset(); }

private:
    descriptor reading_;
    descriptor writing_;
};

log_settings to(const console& where, bool detail = false)
{
    return {.console = true, .syslog = false, .detail = detail, .console_fd = where.fd()};
}

std::size_t count_of(const std::string& text, const std::string& what)
{
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

TEST(daemon_logging, the_console_has_keepaliveds_look)
{
    console out;
    {
        log_writer log(to(out));
        log.info("({}) Entering {} STATE", "VI_1", "MASTER");
        log.error("second");
    }
    out.close_writing();
    EXPECT_THAT(out.read_all(), MatchesRegex(std::string(console_time) + "\\(VI_1\\) Entering MASTER STATE\n" +
                                             console_time + "second\n"));
}

TEST(daemon_logging, syslog_gets_facility_severity_ident_and_pid)
{
    const temporary_directory directory;
    const descriptor syslogd = bind_datagram((directory / "log").native());
    log_writer log({.facility = LOG_LOCAL1, .syslog_socket = (directory / "log").native()});
    log.warning("careful");
    EXPECT_THAT(receive_datagram(syslogd),
                MatchesRegex("<" + std::to_string(LOG_LOCAL1 | LOG_WARNING) +
                             ">[A-Z][a-z][a-z] [ 1-3][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9] xvrrpd\\[" +
                             std::to_string(::getpid()) + "\\]: careful"));
}

TEST(daemon_logging, debug_lines_need_detail)
{
    for (const bool detail : {false, true}) {
        console out;
        {
            log_writer log(to(out, detail));
            EXPECT_EQ(log.shows(severity::debug), detail);
            EXPECT_TRUE(log.shows(severity::info));
            log.debug("fine print");
            log.info("headline");
        }
        out.close_writing();
        const std::string said = out.read_all();
        EXPECT_EQ(said.find("fine print") != std::string::npos, detail);
        EXPECT_THAT(said, HasSubstr("headline"));
    }
}

TEST(daemon_logging, a_line_stays_one_line_of_bounded_length)
{
    console out;
    {
        log_writer log(to(out));
        log.info("{}", "a\rb\x1b[31m\x7f \xc3\xa9");
        log.info("{}", std::string(5000, 'x'));
    }
    out.close_writing();
    const std::string said = out.read_all();
    EXPECT_THAT(said, HasSubstr("a b [31m  \xc3\xa9\n"));
    EXPECT_THAT(said, EndsWith(std::string(997, 'x') + "...\n"));
    EXPECT_EQ(count_of(said, "\n"), 2U);
}

TEST(daemon_logging, a_text_of_several_lines_becomes_several_lines)
{
    console out;
    {
        log_writer log(to(out));
        log.info("{}", "first\n    second\n");
        log.info("third");
    }
    out.close_writing();
    EXPECT_THAT(out.read_all(), MatchesRegex(std::string(console_time) + "first\n" + console_time + "    second\n" +
                                             console_time + "third\n"));
}

TEST(daemon_logging, a_console_that_nobody_reads_stops_nobody_and_is_told_what_it_missed)
{
    console out;
    const std::string line(200, 'x');
    constexpr int lines = 20000;
    {
        log_writer log(to(out));
        const auto before = clock::now();
        for (int i = 0; i < lines; ++i) {
            log.info("{} {}", i, line);
        }
        EXPECT_LT(clock::now() - before, 10s) << "the writer's thread is blocked, the caller isn't";
        std::string said = out.read_all();
        EXPECT_THAT(said, HasSubstr(": 0 x"));
        log.info("after");
        said += out.read_all();
        const auto lost = said.find(" log lines lost: ");
        ASSERT_NE(lost, std::string::npos);
        const auto number = said.rfind(' ', lost - 1) + 1;
        EXPECT_EQ(std::stoul(said.substr(number, lost - number)) + count_of(said, "xx\n"), std::size_t{lines})
            << "every line was written or counted";
        EXPECT_THAT(said, HasSubstr(": after\n"));
    }
}

TEST(daemon_logging, the_end_is_bounded_with_a_console_that_nobody_reads)
{
    const console out;
    // In a process of its own: the thread that is left behind has the descriptor until that ends.
    const pid_t child = ::fork();
    if (child == 0) {
        log_settings settings = to(out);
        settings.flush_limit = 200ms;
        auto log = std::make_unique<log_writer>(settings);
        for (int i = 0; i < 2000; ++i) {
            log->info("{}", std::string(200, 'x'));
        }
        const auto before = clock::now();
        log.reset();
        const auto took = clock::now() - before;
        ::_exit(took >= 200ms && took < 2s ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(daemon_logging, the_end_waits_for_a_slow_reader_within_its_limit)
{
    console out;
    std::string said;
    std::thread reader;
    {
        log_settings settings = to(out);
        settings.flush_limit = 10s;
        log_writer log(settings);
        for (int i = 0; i < 900; ++i) {
            log.info("{} {}", i, std::string(200, 'x'));
        }
        reader = std::thread([&] { said = out.read_all(); });
    }
    out.close_writing();
    reader.join();
    EXPECT_EQ(count_of(said, "xx\n"), 900U);
}

TEST(daemon_logging, a_stopped_syslogd_stops_neither_the_caller_nor_the_console)
{
    const temporary_directory directory;
    const descriptor stopped = bind_datagram((directory / "log").native());
    console out;
    log_settings settings = to(out);
    settings.syslog = true;
    settings.syslog_socket = (directory / "log").native();
    settings.flush_limit = 100ms;
    std::string said;
    {
        log_writer log(settings);
        for (int i = 0; i < 500; ++i) {
            log.info("line {}", i);
        }
        EXPECT_TRUE(xvrrp::test::wait_for([&] {
            said += out.read_all();
            return said.find("line 499\n") != std::string::npos;
        }));
    }
    EXPECT_THAT(said, Not(HasSubstr("lost")));
}

TEST(daemon_logging, a_syslogd_that_comes_back_is_found_again)
{
    const temporary_directory directory;
    const std::string path = directory / "log";
    log_writer log({.syslog_socket = path});
    log.info("into the void");
    auto syslogd = bind_datagram(path);
    // The first line may still be under way to where nobody was.
    std::string received;
    EXPECT_TRUE(xvrrp::test::wait_for([&] {
        log.info("again");
        received = receive_datagram(syslogd);
        return received.find("again") != std::string::npos;
    }));
    syslogd.reset();
    std::filesystem::remove(path);
    syslogd = bind_datagram(path);
    log.info("third");
    while (received.find("third") == std::string::npos) {
        received = receive_datagram(syslogd);
    }
    EXPECT_THAT(received, EndsWith("third"));
}

TEST(daemon_logging, a_reader_that_left_does_not_kill_the_daemon)
{
    console out;
    {
        log_writer log(to(out));
        out.close_reading();
        log.info("to nobody");
    }
    SUCCEED() << "no SIGPIPE";
}

TEST(daemon_logging, threads_do_not_mix_their_lines)
{
    console out;
    std::string said;
    std::thread reader([&] { said = out.read_all(); });
    {
        log_writer log(to(out));
        std::vector<std::thread> writers;
        writers.reserve(4);
        for (int writer = 0; writer < 4; ++writer) {
            writers.emplace_back([&log, writer] {
                for (int i = 0; i < 200; ++i) {
                    log.info("<{} {}>", writer, i);
                }
            });
        }
        for (std::thread& each : writers) {
            each.join();
        }
    }
    out.close_writing();
    reader.join();
    EXPECT_EQ(count_of(said, "\n"), 800U);
    for (int writer = 0; writer < 4; ++writer) {
        std::size_t last = 0;
        for (int i = 0; i < 200; ++i) {
            const auto at = said.find(fmt::format("<{} {}>\n", writer, i));
            ASSERT_NE(at, std::string::npos) << writer << " " << i;
            EXPECT_GE(at, last) << "in their order";
            last = at;
        }
    }
}

TEST(daemon_supervisor_log, looks_like_the_daemons)
{
    console out;
    {
        supervisor_log log(to(out));
        log.error("the daemon, PID {}, died", 7);
        log.debug("not in detail");
    }
    out.close_writing();
    EXPECT_THAT(out.read_all(), MatchesRegex(std::string(console_time) + "the daemon, PID 7, died\n"));
}

TEST(daemon_supervisor_log, waits_for_nobody_who_does_not_read)
{
    const temporary_directory directory;
    const descriptor stopped = bind_datagram((directory / "log").native());
    console out;
    log_settings settings = to(out);
    settings.syslog = true;
    settings.syslog_socket = (directory / "log").native();
    supervisor_log log(settings);
    const auto asked = clock::now();
    for (int i = 0; i < 2000; ++i) {
        log.info("{:100}", i); // three times what a pipe holds
    }
    EXPECT_LT(clock::now() - asked, 5s);
    out.close_writing();
    EXPECT_THAT(out.read_all(), HasSubstr(" 0\n"));
}

TEST(daemon_line_queue, is_bounded_and_keeps_the_order)
{
    line_queue queue;
    log_line line;
    EXPECT_FALSE(queue.pop(line));
    for (int round = 0; round < 3; ++round) {
        for (std::size_t i = 0; i < line_queue::capacity; ++i) {
            ASSERT_TRUE(queue.push({}, severity::info, std::to_string(i)));
        }
        EXPECT_FALSE(queue.push({}, severity::info, "one too many"));
        for (std::size_t i = 0; i < line_queue::capacity; ++i) {
            ASSERT_TRUE(queue.pop(line));
            EXPECT_EQ(line.text(), std::to_string(i));
        }
        EXPECT_FALSE(queue.pop(line));
    }
}

} // namespace
} // namespace xvrrp::daemon::test
