// SPDX-License-Identifier: BSD-2-Clause
//
// What a daemon leaves for its supervisor: whole whenever it is killed, and read as it was written.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "runtime/double_buffer.hpp"
#include "runtime/publication.hpp"
#include "support/must.hpp"

namespace xvrrp::runtime::test {
namespace {

using xvrrp::test::must;
using bytes = std::vector<std::uint8_t>;

/// A process that does `work` over and over, until it is killed.
class busy_process {
public:
    explicit busy_process(const std::function<void()>& work) : pid_(::fork())
    {
        while (pid_ == 0) {
            work();
        }
    }
    busy_process(const busy_process&) = delete;
    busy_process& operator=(const busy_process&) = delete;
    busy_process(busy_process&&) = delete;
    busy_process& operator=(busy_process&&) = delete;
    ~busy_process() { kill(); }
    void kill()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
            pid_ = 0;
        }
    }

private:
    pid_t pid_;
};

/// Version N: N % 251, some hundred kilobytes of it, now more and now less.
bytes version_of(std::uint64_t number)
{
    return bytes(100'000 + 1000 * (number % 300), static_cast<std::uint8_t>(number % 251));
}

void store_next(double_buffer& buffer)
{
    must(buffer.store(version_of(buffer.versions() + 1)));
}

TEST(runtime_double_buffer, has_nothing_then_the_last_version)
{
    double_buffer buffer = must(double_buffer::create("test"));
    EXPECT_EQ(buffer.load(), std::nullopt);
    must(buffer.store(bytes{1, 2, 3}));
    EXPECT_EQ(buffer.load(), (bytes{1, 2, 3}));
    must(buffer.store(bytes{4}));
    EXPECT_EQ(buffer.load(), bytes{4});
    must(buffer.store({}));
    EXPECT_EQ(buffer.load(), bytes{});
    EXPECT_EQ(buffer.versions(), 3U);
}

TEST(runtime_double_buffer, a_writer_killed_at_any_moment_leaves_a_whole_version)
{
    double_buffer buffer = must(double_buffer::create("test"));
    store_next(buffer);
    for (int death = 0; death < 100; ++death) {
        const std::uint64_t before = buffer.versions();
        busy_process writer([&buffer] { store_next(buffer); });
        while (buffer.versions() < before + 3) {
        }
        ::usleep(static_cast<useconds_t>(death * 7));
        writer.kill();
        // As one vector: a version in pieces differs from every one that was written.
        ASSERT_EQ(buffer.load(), version_of(buffer.versions()));
    }
}

TEST(runtime_double_buffer, a_reader_beside_a_writer_sees_whole_versions_or_none)
{
    double_buffer buffer = must(double_buffer::create("test"));
    store_next(buffer);
    const busy_process writer([&buffer] { store_next(buffer); });
    int seen = 0;
    for (int attempt = 0; attempt < 2000; ++attempt) {
        if (const auto read = buffer.load()) {
            ++seen;
            ASSERT_EQ(*read, bytes(read->size(), read->front()));
        }
    }
    EXPECT_GT(seen, 0);
}

published_router full_router()
{
    return {
        .name = "VI_1",
        .active = true,
        .place = {.interface = {3},
                  .family = address_family::ipv6,
                  .vrid = {51},
                  .version = vrrp_version::v3,
                  .interval_seconds = 7,
                  .unicast = true,
                  .check_source = true,
                  .strict = true,
                  .no_accept = false,
                  .no_vips = true,
                  .password = "secret",
                  .source = *ip_address::parse("fe80::1"),
                  .group = *ip_address::parse("ff02::12"),
                  .peers = {*ip_address::parse("fe80::2"), *ip_address::parse("fe80::3")},
                  .hop_limits = {{*ip_address::parse("fe80::3"), {.least = 250, .most = 254}}}},
        .unicast_ttl = 64,
        .farewells = {{.destination = *ip_address::parse("fe80::2"), .message = {1, 2, 3}},
                      {.destination = *ip_address::parse("fe80::3"), .message = {4}}},
        .addresses = {{.interface = {3}, .ip = *ip_address::parse("fe80::70"), .prefix_length = 128},
                      {.interface = {4}, .ip = *ip_address::parse("10.0.0.70"), .prefix_length = 24},
                      {.interface = {4},
                       .ip = *ip_address::parse("10.0.0.71"),
                       .prefix_length = 32,
                       .peer = ip_address::parse("10.9.0.1")}},
        .successor_within = std::chrono::milliseconds(1050),
    };
}

TEST(runtime_publication, is_read_as_it_was_written)
{
    published_router bare;
    bare.name = "VI_2";
    const std::vector<published_router> routers{full_router(), bare};
    publication published = must(publication::create());
    EXPECT_TRUE(published.routers().empty());
    must(published.publish(routers));
    EXPECT_EQ(published.routers(), routers);
    must(published.publish({}));
    EXPECT_TRUE(published.routers().empty());

    EXPECT_EQ(published.configuration(), std::nullopt);
    must(published.publish_configuration("vrrp_instance VI_1 {\n}\n"));
    EXPECT_EQ(published.configuration(), "vrrp_instance VI_1 {\n}\n");
}

TEST(runtime_publication, what_is_cut_off_or_too_long_is_nothing)
{
    const std::vector<published_router> routers{full_router(), full_router()};
    bytes form = encode(routers);
    ASSERT_EQ(decode(form), routers);
    for (std::size_t length = 0; length < form.size(); ++length) {
        EXPECT_EQ(decode(std::span(form).first(length)), std::nullopt) << length;
    }
    form.push_back(0);
    EXPECT_EQ(decode(form), std::nullopt);
}

} // namespace
} // namespace xvrrp::runtime::test
