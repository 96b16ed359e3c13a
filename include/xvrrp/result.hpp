// SPDX-License-Identifier: BSD-2-Clause
//
// result<T>: what everything that touches the system returns. Errors are values; no exception crosses a module.
#pragma once

#include <cerrno>
#include <cstring>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace xvrrp {

/// What failed, on which object, and why, as one sentence for a log line. `code` is the errno, or 0 where there was
/// none.
struct error {
    std::string what;
    int code = 0;
};

template <class T> using result = std::expected<T, error>;

/// An error that is not an errno: "eth0: no such interface".
[[nodiscard]] inline std::unexpected<error> fail(std::string what)
{
    return std::unexpected(error{.what = std::move(what), .code = 0});
}

/// "WHAT: strerror(code)".
[[nodiscard]] inline std::unexpected<error> fail_errno(std::string_view what, int code)
{
    return std::unexpected(error{.what = std::string(what) + ": " + std::strerror(code), .code = code});
}

/// The same error, with the object that the caller was at work on put before it: "CONTEXT: WHAT".
[[nodiscard]] inline std::unexpected<error> fail_within(std::string_view context, const error& inner)
{
    return std::unexpected(error{.what = std::string(context) + ": " + inner.what, .code = inner.code});
}

} // namespace xvrrp
