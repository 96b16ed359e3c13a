// SPDX-License-Identifier: BSD-2-Clause
//
// The directory on a BPF filesystem where maps and links are pinned, and the lock that keeps two daemons out of it.
// Names in it: maps under their own, the XDP link of an interface as "link_IFINDEX" (bpffs takes no dots), the links of
// death_watch.cpp as "death_…". Used by the datapath's parts and cleanup.cpp, on their thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::datapath {

class pin_directory {
public:
    enum class if_missing : std::uint8_t { create, fail };

    /// Opens and locks the directory. With `create` it is made if need be, and a bpffs is mounted on /sys/fs/bpf if the
    /// directory is to be there and none is mounted. Errors: code EBUSY when another process holds the lock (the text
    /// names it if it can be found), ENOTSUP when the directory isn't on a bpffs, else the errno of what was refused.
    static result<pin_directory> open(const std::filesystem::path& path, if_missing missing);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    /// Pins under a name, replacing what was pinned there.
    result<void> pin(int object, const std::string& name) const;
    void unpin(const std::string& name) const;

    [[nodiscard]] static std::string link_name(interface_index interface);
    /// The interfaces that a link is pinned for.
    [[nodiscard]] std::vector<interface_index> pinned_links() const;
    /// The link pinned for an interface; an empty descriptor if there is none or it can't be opened.
    [[nodiscard]] descriptor open_link(interface_index interface) const;
    /// Every pin that has a name of ours, links included.
    [[nodiscard]] std::vector<std::string> pins() const;

    /// Removes the directory, if nothing but our pins was in it and it isn't a mount point.
    void remove() const;

private:
    std::filesystem::path path_;
    descriptor lock_; ///< the directory itself, under flock(2), which ends with the last descriptor to it
};

/// The process in a line of /proc/locks that holds a lock of flock(2) on the inode; nothing if there is none.
std::optional<int> lock_holder(const std::string& proc_locks, std::uint64_t device, std::uint64_t inode);

} // namespace xvrrp::datapath
