// SPDX-License-Identifier: BSD-2-Clause
//
// The project's owner of descriptors, under a name that doesn't collide with net_namespace::descriptor().
#pragma once

#include "xvrrp/descriptor.hpp"

namespace xvrrp::lab {

using file_descriptor = xvrrp::descriptor;

} // namespace xvrrp::lab
