// SPDX-License-Identifier: BSD-2-Clause
//
// bpffs holds directories, maps, programs and links, but no regular files: the lock is on the directory.
#include "datapath/pins.hpp"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace xvrrp::datapath {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view bpffs_home = "/sys/fs/bpf";
constexpr std::string_view link_prefix = "link_";
constexpr std::array<std::string_view, 4> our_prefixes{link_prefix, "vrrp_", "sbfd_", "death_"};

bool is_bpffs(const fs::path& path)
{
    struct statfs about{};
    return ::statfs(path.c_str(), &about) == 0 && static_cast<unsigned long>(about.f_type) == BPF_FS_MAGIC;
}

/// Mounts the bpffs where it always is, if the directory is meant to be there and it isn't mounted.
result<void> mount_bpffs_for(const fs::path& path)
{
    const std::string below = std::string(bpffs_home) + '/';
    if (!(path.native() + '/').starts_with(below) || is_bpffs(bpffs_home)) {
        return {};
    }
    if (::mount("bpf", std::string(bpffs_home).c_str(), "bpf", 0, "mode=0700") != 0) {
        return fail_errno(fmt::format("{}: cannot mount a BPF filesystem (bpffs)", bpffs_home), errno);
    }
    return {};
}

std::unexpected<error> not_on_bpffs(const fs::path& path)
{
    return std::unexpected(
        error{.what = fmt::format("{} is not on a BPF filesystem: mount one there (mount -t bpf bpf DIR), or choose a "
                                  "directory under {} with --bpf-dir",
                                  path.native(), bpffs_home),
              .code = ENOTSUP});
}

/// Makes the directory and its parents, but only on a bpffs: nothing is left behind on another filesystem.
result<void> make_directory(const fs::path& path)
{
    std::error_code code;
    fs::path existing = path;
    while (!fs::exists(existing, code) && existing.has_relative_path()) {
        existing = existing.parent_path();
    }
    if (!is_bpffs(existing)) {
        return not_on_bpffs(path);
    }
    const ::mode_t mask = ::umask(077);
    fs::create_directories(path, code);
    ::umask(mask);
    if (code) {
        return fail_errno(fmt::format("{}: cannot create the directory", path.native()), code.value());
    }
    return {};
}

std::string read_file(const char* path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::unexpected<error> held_by_another(const fs::path& path, const struct stat& directory)
{
    const auto holder = lock_holder(read_file("/proc/locks"), directory.st_dev, directory.st_ino);
    const std::string who = holder ? fmt::format("process {}", *holder) : "another process";
    return std::unexpected(
        error{.what = fmt::format("{} is in use by {}: stop it, or choose another directory with --bpf-dir",
                                  path.native(), who),
              .code = EBUSY});
}

/// An open, locked directory; an empty descriptor if it was removed between opening and locking.
result<descriptor> open_and_lock(const fs::path& path)
{
    descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) {
        return fail_errno(fmt::format("{}: cannot open the directory", path.native()), errno);
    }
    struct stat opened{};
    if (::fstat(directory.get(), &opened) != 0) {
        return fail_errno(path.native(), errno);
    }
    if (::flock(directory.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return held_by_another(path, opened);
        }
        return fail_errno(fmt::format("{}: cannot lock the directory", path.native()), errno);
    }
    struct stat named{};
    if (::stat(path.c_str(), &named) != 0 || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev) {
        return descriptor();
    }
    return directory;
}

} // namespace

result<pin_directory> pin_directory::open(const fs::path& path, if_missing missing)
{
    // A daemon that ends cleanly removes the directory, perhaps the one that was just opened.
    constexpr int attempts = 10;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        if (missing == if_missing::create) {
            if (auto mounted = mount_bpffs_for(path); !mounted) {
                return std::unexpected(mounted.error());
            }
            if (auto made = make_directory(path); !made) {
                return std::unexpected(made.error());
            }
        }
        if (std::error_code unknown; fs::exists(path, unknown) && !is_bpffs(path)) {
            return not_on_bpffs(path);
        }
        auto locked = open_and_lock(path);
        if (!locked) {
            return std::unexpected(locked.error());
        }
        if (*locked) {
            pin_directory opened;
            opened.path_ = path;
            opened.lock_ = std::move(*locked);
            return opened;
        }
    }
    return fail_errno(fmt::format("{}: the directory is being removed", path.native()), EAGAIN);
}

result<void> pin_directory::pin(int object, const std::string& name) const
{
    unpin(name);
    if (::bpf_obj_pin(object, (path_ / name).c_str()) != 0) {
        return fail_errno(fmt::format("{}: cannot pin", (path_ / name).native()), errno);
    }
    return {};
}

void pin_directory::unpin(const std::string& name) const
{
    ::unlink((path_ / name).c_str());
}

std::string pin_directory::link_name(interface_index interface)
{
    return fmt::format("{}{}", link_prefix, interface.value);
}

std::vector<interface_index> pin_directory::pinned_links() const
{
    std::vector<interface_index> found;
    for (const std::string& name : pins()) {
        interface_index index;
        const char* end = name.data() + name.size();
        if (name.starts_with(link_prefix) &&
            std::from_chars(name.data() + link_prefix.size(), end, index.value).ptr == end) {
            found.push_back(index);
        }
    }
    return found;
}

descriptor pin_directory::open_link(interface_index interface) const
{
    return descriptor(::bpf_obj_get((path_ / link_name(interface)).c_str()));
}

std::vector<std::string> pin_directory::pins() const
{
    std::vector<std::string> names;
    std::error_code code;
    for (fs::directory_iterator entry(path_, code), end; !code && entry != end; entry.increment(code)) {
        const std::string name = entry->path().filename();
        const auto is_prefix = [&](std::string_view prefix) { return name.starts_with(prefix); };
        if (!entry->is_directory(code) && std::ranges::any_of(our_prefixes, is_prefix)) {
            names.push_back(name);
        }
    }
    std::ranges::sort(names);
    return names;
}

void pin_directory::remove() const
{
    for (const std::string& name : pins()) {
        unpin(name);
    }
    ::rmdir(path_.c_str());
}

std::optional<int> lock_holder(const std::string& proc_locks, std::uint64_t device, std::uint64_t inode)
{
    const std::string wanted = fmt::format("{:02x}:{:02x}:{}", ::major(device), ::minor(device), inode);
    std::istringstream lines(proc_locks);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string number, kind, nature, access, place;
        int process = 0;
        if (words >> number >> kind >> nature >> access >> process >> place && kind == "FLOCK" && place == wanted) {
            return process;
        }
    }
    return std::nullopt;
}

} // namespace xvrrp::datapath
