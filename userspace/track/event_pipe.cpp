// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/event_pipe.hpp"

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace xvrrp::track {

namespace {

descriptor open_path(const std::string& path)
{
    return descriptor(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
}

/// A pipe that an earlier run made and gave away is its owner's, and root without CAP_DAC_OVERRIDE may not open it. Of
/// this thread alone.
descriptor open_as_owner(const std::string& path, const script_account& owner)
{
    const int before = ::setfsuid(owner.uid);
    descriptor opened = open_path(path);
    const int code = errno;
    ::setfsuid(static_cast<uid_t>(before));
    errno = code;
    return opened;
}

} // namespace

result<event_pipe> event_pipe::open(const std::string& path, const script_account& owner)
{
    const bool made = ::mkfifo(path.c_str(), S_IRUSR | S_IWUSR) == 0;
    if (!made && errno != EEXIST) {
        return fail_errno("making the FIFO " + path, errno);
    }
    event_pipe opened(path, made);
    opened.pipe_ = open_path(path);
    if (!opened.pipe_ && errno == EACCES && owner.uid != ::geteuid()) {
        opened.pipe_ = open_as_owner(path, owner);
    }
    if (!opened.pipe_) {
        return fail_errno("opening the FIFO " + path, errno);
    }
    struct stat file{};
    if (::fstat(opened.pipe_.get(), &file) != 0 || !S_ISFIFO(file.st_mode)) {
        return fail(path + " is no FIFO");
    }
    const bool owned = file.st_uid == owner.uid && file.st_gid == owner.gid;
    if (made && !owned && ::fchown(opened.pipe_.get(), owner.uid, owner.gid) != 0) {
        return fail_errno("giving the FIFO " + path + " to its owner", errno);
    }
    return opened;
}

event_pipe::event_pipe(event_pipe&& other) noexcept
    : path_(std::move(other.path_)), pipe_(std::move(other.pipe_)), made_(std::exchange(other.made_, false))
{
}

/// Gone before it is closed: who reads to its end and opens it again doesn't find it.
event_pipe::~event_pipe()
{
    if (made_) {
        ::unlink(path_.c_str());
    }
}

bool event_pipe::write(std::string_view line) const
{
    return ::write(pipe_.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

} // namespace xvrrp::track
