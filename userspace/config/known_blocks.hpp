// SPDX-License-Identifier: BSD-2-Clause
//
// What may stand in the blocks that have no effect yet: names alone, so that a slip in them is found all the same.
// auth_hmac isn't among them: what is misspelt there may be a key, which belongs into no message.
#pragma once

#include <span>
#include <string_view>

namespace xvrrp::config {

/// Empty if there are no such blocks of that name, or if anything may stand in them.
std::span<const std::string_view> keywords_of_block(std::string_view block);

} // namespace xvrrp::config
