// SPDX-License-Identifier: BSD-2-Clause
//
// The settings in global_defs that decide how the rest of the text is read: include_check and random_seed. Used by
// preprocess, line by line; that the lines are right is looked at with the other keywords.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "config/include.hpp"
#include "config/source.hpp"

namespace xvrrp::config {

class text_settings {
public:
    void see(const source_line& line);
    [[nodiscard]] const include_checks& checks() const { return checks_; }
    void set_checks(const include_checks& checks) { checks_ = checks; }
    /// The seed that was seen since it was asked for last.
    std::optional<std::uint32_t> take_seed() { return std::exchange(seed_, std::nullopt); }

private:
    void follow_braces(std::string_view text);
    void set(std::string_view keyword, std::string_view values);

    include_checks checks_;
    std::optional<std::uint32_t> seed_;
    bool in_global_defs_ = false;
    int depth_ = 0; ///< open braces since the keyword
};

} // namespace xvrrp::config
