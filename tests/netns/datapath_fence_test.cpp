// SPDX-License-Identifier: BSD-2-Clause
//
// What the daemon learns of a fence that XDP set, and how it lifts it; the first packet of an activation.
#include "datapath_support.hpp"
#include "lab/eventually.hpp"

namespace {

using namespace std::chrono_literals;
using namespace xvrrp;
using namespace xvrrp::test;

class datapath_fence : public datapath_test {
protected:
    datapath_fence() : path(open())
    {
        must(attach(path, xdp_mode::generic));
        auto settings = router();
        settings.hang_limit = 1h;
        slot = must(path.add_router(settings));
        must(path.add_vip({.interface = eth, .address = *ip_address::parse("10.0.0.70")}, slot));
        must(ours.ip("addr add 10.0.0.9/24 dev eth0"));
        must(ours.ip("addr add 10.0.0.70/32 dev eth0"));
        must(peer.ip("addr add 10.0.0.1/24 dev eth0"));
        path.store_state(slot, {.state = XVRRP_ACTIVE, .priority = {100}, .followed = std::nullopt});
    }
    ~datapath_fence() override { close(path); }

    void hang() { path.renew_lease(std::chrono::steady_clock::now() - 2h); }
    void wake() { path.renew_lease(std::chrono::steady_clock::now()); }
    [[nodiscard]] bool answers() const { return must(peer.exec({"ping", "-c", "1", "-W", "1", "10.0.0.70"})).ok(); }

    datapath::datapath path;
    slot_index slot;
};

TEST_F(datapath_fence, is_seen_in_the_record_until_it_is_lifted)
{
    wake();
    ASSERT_TRUE(is_heard(path));
    EXPECT_EQ(path.read_router(slot).fenced_until, std::nullopt) << "in control";
    EXPECT_TRUE(answers());
    hang();
    ASSERT_TRUE(is_heard(path));
    const auto record = path.read_router(slot);
    ASSERT_TRUE(record.fenced_until && record.other);
    EXPECT_EQ(*record.fenced_until, record.other->stamp + 4s);
    EXPECT_FALSE(answers());
    wake();
    EXPECT_TRUE(path.read_router(slot).fenced_until) << "not by being awake";
    path.lift_fence(slot);
    EXPECT_EQ(path.read_router(slot).fenced_until, std::nullopt);
    EXPECT_TRUE(answers());
}

TEST_F(datapath_fence, outlives_a_change_of_state_and_of_settings)
{
    hang();
    ASSERT_TRUE(is_heard(path));
    auto settings = router();
    settings.strict = true;
    must(path.change_router(slot, settings));
    path.store_state(slot, {.state = XVRRP_BACKUP, .priority = {100}, .followed = ip_address::parse("10.0.0.1")});
    EXPECT_TRUE(path.read_router(slot).fenced_until);
    EXPECT_FALSE(answers());
}

TEST_F(datapath_fence, ends_with_the_router)
{
    hang();
    ASSERT_TRUE(is_heard(path));
    path.remove_router(slot);
    slot = must(path.add_router(router()));
    EXPECT_EQ(path.read_router(slot).fenced_until, std::nullopt);
    EXPECT_TRUE(answers());
}

TEST_F(datapath_fence, does_not_exist_where_a_socket_hears)
{
    must(attach(path, xdp_mode::socket));
    hang();
    ASSERT_TRUE(is_heard(path));
    EXPECT_EQ(path.read_router(slot).fenced_until, std::nullopt);
}

TEST_F(datapath_fence, the_first_packet_of_each_activation_is_told)
{
    wake();
    EXPECT_EQ(path.read_vips().at(0).first_active, std::nullopt);
    time_point last{};
    for (int time = 0; time < 2; ++time) {
        path.store_state(slot, {.state = XVRRP_BACKUP, .priority = {100}, .followed = std::nullopt});
        ASSERT_TRUE(answers());
        path.store_state(slot, {.state = XVRRP_ACTIVE, .priority = {100}, .followed = std::nullopt});
        EXPECT_EQ(path.read_vips().at(0).first_active, std::nullopt) << "none yet";
        const time_point before = std::chrono::steady_clock::now();
        ASSERT_TRUE(answers());
        const auto first = path.read_vips().at(0).first_active;
        ASSERT_TRUE(first);
        EXPECT_GT(*first, before);
        EXPECT_GT(*first, last);
        last = *first;
        ASSERT_TRUE(answers());
        path.store_state(slot, {.state = XVRRP_LEAVING, .priority = {100}, .followed = std::nullopt});
        ASSERT_TRUE(answers());
        EXPECT_EQ(path.read_vips().at(0).first_active, first);
    }
}

} // namespace
