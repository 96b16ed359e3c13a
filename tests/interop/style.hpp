// SPDX-License-Identifier: BSD-2-Clause
//
// Styles in which the world writes keepalived.conf: one file of tests/interop/styles each, with what it needs, what
// happens to the router that runs it, and in what xvrrpd is unlike keepalived there. Plain data.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "interop/style_comparison.hpp"
#include "interop/style_lab.hpp"

namespace xvrrp::test {

struct sent_priority {
    unsigned vrid = 0;
    unsigned priority = 0;
};

/// Something that happens to both routers, and how it shows that they have dealt with it.
struct style_step {
    std::string name;
    std::function<void(style_lab&)> happens;
    std::vector<std::string> logged{};       ///< in what the log has after it
    std::vector<sent_priority> advertised{}; ///< in adverts that come after it
    bool announced = false;                  ///< addresses are, because of it
};

struct style {
    std::string name; ///< of its file, without ".conf"
    style_surroundings around{};
    std::vector<style_step> steps{}; ///< in the end both are stopped; none: nothing can be compared yet
    std::vector<difference> differences{};
};

// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name.
void PrintTo(const style& of, std::ostream* out);

const std::vector<style>& all_styles();

} // namespace xvrrp::test
