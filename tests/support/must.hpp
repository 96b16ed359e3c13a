// SPDX-License-Identifier: BSD-2-Clause
//
// must(): a result<T> that a test can't go on without. Its error becomes an exception, which GoogleTest reports as the
// test's failure; objects made before it are destroyed as usual.
#pragma once

#include <stdexcept>
#include <utility>

#include "xvrrp/result.hpp"

namespace xvrrp::test {

template <class T> T must(result<T> outcome)
{
    if (!outcome) {
        throw std::runtime_error(outcome.error().what);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*outcome);
    }
}

} // namespace xvrrp::test
