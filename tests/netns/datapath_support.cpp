// SPDX-License-Identifier: BSD-2-Clause
//
// The fixture of the data path's tests.
#include "datapath_support.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/socket.h>

#include "lab/eventually.hpp"
#include "lab/scratch.hpp"

namespace xvrrp::test {

using namespace std::chrono_literals;

datapath_test::datapath_test()
    : directory("/sys/fs/bpf/" + lab::unique_name("pins")), ours(must(lab::net_namespace::create("ours"))),
      peer(must(lab::net_namespace::create("peer")))
{
    lab::sweep_stale_entries("/sys/fs/bpf");
    must(lab::add_veth(ours, "eth0", peer, "eth0"));
    eth = must(ours.index_of("eth0"));
    sender = must(lab::open_packet_socket(peer, "eth0", lab::packet_use::send));
}

datapath_test::~datapath_test()
{
    (void)ours.run([&] { return datapath::cleanup(directory); });
}

datapath::datapath datapath_test::open(bool allow_bpf) const
{
    return must(datapath::datapath::open({.pin_directory = directory, .allow_bpf = allow_bpf}));
}

result<datapath::attachment> datapath_test::attach(datapath::datapath& path, xdp_mode wanted) const
{
    return ours.run([&] { return path.attach(eth, "eth0", wanted); });
}

void datapath_test::close(datapath::datapath& path) const
{
    must(ours.run([&] { path.close_cleanly(); }));
}

datapath::slot_settings datapath_test::router() const
{
    datapath::slot_settings settings;
    settings.interface = eth;
    settings.vrid = {51};
    settings.source = *ip_address::parse("10.0.0.9");
    settings.group = *ip_address::parse("224.0.0.18");
    return settings;
}

slot_index datapath_test::attach_with_router(datapath::datapath& path, xdp_mode wanted) const
{
    must(attach(path, wanted));
    return must(path.add_router(router()));
}

lab::advert_recipe datapath_test::valid()
{
    return {.source_mac = {{2, 0, 0, 0, 0, 1}}, .source = "10.0.0.1", .addresses = {"10.0.0.70"}};
}

void datapath_test::send(const lab::frame& frame) const
{
    ASSERT_EQ(::send(sender.get(), frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
}

void datapath_test::send(const lab::advert_recipe& recipe) const
{
    send(must(lab::forge_advert(recipe)));
}

std::vector<xvrrp_event> datapath_test::drain(datapath::datapath& path, std::size_t count)
{
    std::vector<xvrrp_event> events;
    (void)lab::eventually(5s, [&] {
        path.drain([&](const xvrrp_event& event) { events.push_back(event); }, 1000);
        return events.size() >= count;
    });
    return events;
}

bool datapath_test::is_heard(datapath::datapath& path) const
{
    send(valid());
    return !drain(path, 1).empty();
}

xdp_on datapath_test::xdp() const
{
    return must(ours.run([&] {
        bpf_xdp_query_opts query{};
        query.sz = sizeof query;
        ::bpf_xdp_query(static_cast<int>(eth.value), 0, &query);
        return xdp_on{.native = query.drv_prog_id, .generic = query.skb_prog_id};
    }));
}

std::string datapath_test::tc(const std::string& words) const
{
    std::vector<std::string> argv{"tc"};
    for (std::size_t from = 0; from < words.size();) {
        const auto blank = std::min(words.find(' ', from), words.size());
        argv.push_back(words.substr(from, blank - from));
        from = blank + 1;
    }
    const auto done = must(ours.exec(argv));
    EXPECT_TRUE(done.ok()) << words << ": " << done.errors;
    return done.output;
}

std::set<std::string> datapath_test::pins() const
{
    std::set<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(directory, none)) {
        names.insert(entry.path().filename());
    }
    return names;
}

std::uint32_t datapath_test::pinned_link_id() const
{
    const lab::file_descriptor link(::bpf_obj_get((directory / ("link_" + std::to_string(eth.value))).c_str()));
    bpf_link_info info{};
    __u32 size = sizeof info;
    return link && ::bpf_obj_get_info_by_fd(link.get(), &info, &size) == 0 ? info.id : 0;
}

} // namespace xvrrp::test
