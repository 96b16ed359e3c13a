// SPDX-License-Identifier: BSD-2-Clause
//
// Addresses of unix sockets.
#include "control/unix_socket.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace xvrrp::control {

result<unix_socket_address> unix_address(std::string_view name)
{
    unix_socket_address made;
    if (name.empty() || name.size() >= sizeof made.storage.sun_path) {
        return fail(std::string(name) + ": a socket's path has 1 to " +
                    std::to_string(sizeof made.storage.sun_path - 1) + " bytes");
    }
    made.storage.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), made.storage.sun_path);
    std::size_t used = offsetof(sockaddr_un, sun_path) + name.size();
    if (name.front() == '@') {
        made.storage.sun_path[0] = '\0'; // every byte of an abstract name counts, so no end is added
    } else {
        ++used;
    }
    made.length = static_cast<socklen_t>(used);
    return made;
}

} // namespace xvrrp::control
