// SPDX-License-Identifier: BSD-2-Clause
//
// A line while variables in it are replaced, which keeps account of what stands for what. Used by preprocess.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/source.hpp"

namespace xvrrp::config {

class traced_text {
public:
    explicit traced_text(std::string_view text) : text_(text) {}

    [[nodiscard]] std::string_view view() const { return text_; }
    [[nodiscard]] const std::vector<replaced_part>& parts() const { return parts_; }

    /// Puts spaces in place of everything before `end`, so that what follows keeps its columns.
    void blank_until(std::size_t end);
    /// Takes off everything from `size` on.
    void cut(std::size_t size);
    /// Puts `value` in place of `length` bytes at `begin`.
    void replace(std::size_t begin, std::size_t length, std::string_view value,
                 const std::shared_ptr<const definition>& from);

private:
    std::string text_;
    std::vector<replaced_part> parts_;
};

} // namespace xvrrp::config
