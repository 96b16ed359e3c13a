// SPDX-License-Identifier: BSD-2-Clause
//
// Two namespaces joined by a veth pair: ours with the data path, the peer's with a socket that sends frames. The pins
// are in a directory of the test's own, which is emptied when the test ends, however it ends.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "datapath/datapath.hpp"
#include "lab/forge.hpp"
#include "lab/namespace.hpp"
#include "lab/packet_socket.hpp"
#include "support/must.hpp"

namespace xvrrp::test {

/// What the kernel says about XDP on an interface; program ids, 0: none.
struct xdp_on {
    std::uint32_t native = 0;
    std::uint32_t generic = 0;
};

class datapath_test : public testing::Test {
protected:
    datapath_test();
    ~datapath_test() override;

    datapath::datapath open(bool allow_bpf = true) const;
    /// In our namespace.
    result<datapath::attachment> attach(datapath::datapath& path, xdp_mode wanted) const;
    void close(datapath::datapath& path) const;
    /// Attached, with VRID 51 of IPv4 (version 2) on it, following nobody.
    slot_index attach_with_router(datapath::datapath& path, xdp_mode wanted) const;
    [[nodiscard]] datapath::slot_settings router() const;

    /// A valid advert for router().
    static lab::advert_recipe valid();
    void send(const lab::advert_recipe& recipe) const;
    void send(const lab::frame& frame) const;
    /// Drains until `count` events have come, or five seconds have passed.
    static std::vector<xvrrp_event> drain(datapath::datapath& path, std::size_t count);
    /// Drains until an advert of VRID 51 sent now is heard; false if it isn't within five seconds.
    bool is_heard(datapath::datapath& path) const;

    [[nodiscard]] xdp_on xdp() const;
    /// As tc prints it.
    std::string tc(const std::string& words) const;
    /// Names in the pin directory; empty if there is no such directory.
    [[nodiscard]] std::set<std::string> pins() const;
    [[nodiscard]] std::uint32_t pinned_link_id() const;

    std::filesystem::path directory;
    lab::net_namespace ours;
    lab::net_namespace peer;
    interface_index eth;
    lab::file_descriptor sender;
};

} // namespace xvrrp::test
