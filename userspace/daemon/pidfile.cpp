// SPDX-License-Identifier: BSD-2-Clause
//
// The pid file and its lock.
#include "daemon/pidfile.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace xvrrp::daemon {
namespace {

std::optional<int> read_pid(int fd)
{
    std::array<char, 32> text{};
    const ssize_t count = ::pread(fd, text.data(), text.size(), 0);
    int pid = 0;
    if (count <= 0 || std::from_chars(text.data(), text.data() + count, pid).ec != std::errc{}) {
        return std::nullopt;
    }
    return pid;
}

/// The file at `path` is the one that is open, and not one that took its place.
bool still_at(const std::filesystem::path& path, int fd)
{
    struct stat at_path{};
    struct stat opened{};
    return ::stat(path.c_str(), &at_path) == 0 && ::fstat(fd, &opened) == 0 && at_path.st_ino == opened.st_ino &&
           at_path.st_dev == opened.st_dev;
}

std::unexpected<error> already_running(const std::filesystem::path& path, int fd)
{
    const auto pid = read_pid(fd);
    return fail("xvrrpd is already running" + (pid ? " as PID " + std::to_string(*pid) : std::string()) + " (" +
                path.string() + ")");
}

} // namespace

result<pid_file> pid_file::create(const std::filesystem::path& path)
{
    std::error_code ignored; // a directory that can't be made shows in the next call, with a better message
    std::filesystem::create_directories(path.parent_path(), ignored);
    for (;;) {
        descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
        if (!file) {
            return fail_errno("pid file " + path.string(), errno);
        }
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK) {
                return already_running(path, file.get());
            }
            return fail_errno("locking pid file " + path.string(), errno);
        }
        // Its last owner may have removed it between the two calls: then the lock is on a file that nobody sees.
        if (!still_at(path, file.get())) {
            continue;
        }
        pid_file made(path, std::move(file));
        if (auto written = made.rewrite(); !written) {
            return std::unexpected(written.error());
        }
        return made;
    }
}

pid_file& pid_file::operator=(pid_file&& other) noexcept
{
    if (this != &other) {
        remove_if_ours();
        path_ = std::move(other.path_);
        file_ = std::move(other.file_);
        writer_ = other.writer_;
        written_ = other.written_;
    }
    return *this;
}

pid_file::~pid_file()
{
    remove_if_ours();
}

result<void> pid_file::rewrite(pid_t pid)
{
    const std::string text = std::to_string(pid) + "\n";
    if (::ftruncate(file_.get(), 0) != 0 ||
        ::pwrite(file_.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        return fail_errno("writing pid file " + path_.string(), errno);
    }
    writer_ = ::getpid();
    written_ = pid;
    return {};
}

void pid_file::remove_if_ours() noexcept
{
    // A forked process has the same file open: a parent whose child has written its own number leaves it alone, and so
    // does a child that has written nothing.
    if (file_ && writer_ == ::getpid() && read_pid(file_.get()) == written_ && still_at(path_, file_.get())) {
        ::unlink(path_.c_str());
    }
}

} // namespace xvrrp::daemon
