// SPDX-License-Identifier: BSD-2-Clause
//
// XDP links: attaching, pinning, and taking over what an earlier run left pinned. Used by interfaces.cpp and
// cleanup.cpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "datapath/pins.hpp"
#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

enum class xdp_flavour : std::uint8_t { native, generic };

/// One interface's XDP link. Destroying it changes nothing in the kernel, because the link is pinned; detach() does.
class xdp_link {
public:
    xdp_link(descriptor link, interface_index interface, xdp_flavour flavour, bool adopted)
        : link_(std::move(link)), interface_(interface), flavour_(flavour), adopted_(adopted)
    {
    }

    [[nodiscard]] xdp_flavour flavour() const { return flavour_; }
    [[nodiscard]] bool adopted() const { return adopted_; }
    /// False once the interface is gone, or somebody has detached the link by force.
    [[nodiscard]] bool alive() const;
    void detach(const pin_directory& pins);

private:
    descriptor link_;
    interface_index interface_;
    xdp_flavour flavour_;
    bool adopted_;
};

/// The pinned link of an earlier run with the program exchanged, which an interface doesn't notice; nothing if there is
/// none, or if its flavour isn't among `wanted`: then it is detached and its pin removed.
std::optional<xdp_link> adopt_xdp(int program, interface_index interface, std::span<const xdp_flavour> wanted,
                                  const pin_directory& pins);

/// A new link, pinned. The error's code is EBUSY where another XDP program is attached to the interface (or to one
/// above it), else what the driver said.
result<xdp_link> attach_xdp(int program, interface_index interface, xdp_flavour flavour, const pin_directory& pins);

/// Detaches the pinned link of an interface, whoever attached it, and removes its pin. False if there was no pin.
bool drop_pinned_link(interface_index interface, const pin_directory& pins);

} // namespace xvrrp::datapath
