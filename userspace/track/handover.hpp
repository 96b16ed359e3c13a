// SPDX-License-Identifier: BSD-2-Clause
//
// From one thread to another: what one puts in, the other takes in the same order. The kernel's pipe is all that they
// share, so that a thread that has lost its CPU never holds up the other.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "xvrrp/descriptor.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::track {

/// What goes through the pipe.
template <class T> struct parcel {
    T* what = nullptr;
};

/// One thread's end. SIGPIPE is blocked or ignored there.
template <class T> class handover_sender {
public:
    explicit handover_sender(descriptor pipe) : pipe_(std::move(pipe)) {}

    /// False: the other end is gone, or the pipe has no room and doesn't wait.
    bool put(std::unique_ptr<T> what) const
    {
        const parcel<T> sent{.what = what.get()};
        ssize_t written = 0;
        do {
            written = ::write(pipe_.get(), &sent, sizeof sent);
        } while (written < 0 && errno == EINTR);
        if (written != sizeof sent) {
            return false;
        }
        std::ignore = what.release(); // the receiver's now
        return true;
    }

private:
    descriptor pipe_;
};

/// The other thread's end. Doesn't wait.
template <class T> class handover_receiver {
public:
    explicit handover_receiver(descriptor pipe) : pipe_(std::move(pipe)) {}
    handover_receiver(handover_receiver&&) noexcept = default;
    handover_receiver& operator=(handover_receiver&&) = delete;
    ~handover_receiver()
    {
        while (pipe_ && take()) {
        }
    }

    /// Readable when there is something, or the sender is gone.
    [[nodiscard]] int fd() const { return pipe_.get(); }
    /// Null: there is nothing.
    std::unique_ptr<T> take()
    {
        parcel<T> received;
        const ssize_t length = ::read(pipe_.get(), &received, sizeof received);
        gone_ = gone_ || length == 0;
        return std::unique_ptr<T>(length == sizeof received ? received.what : nullptr);
    }
    /// take() found that nothing will come any more.
    [[nodiscard]] bool gone() const { return gone_; }

private:
    descriptor pipe_;
    bool gone_ = false;
};

template <class T> struct handover {
    handover_sender<T> sender;
    handover_receiver<T> receiver;
};

/// `patient`: put() waits for room.
template <class T> result<handover<T>> open_handover(bool patient)
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail_errno("pipe", errno);
    }
    handover<T> made{.sender = handover_sender<T>(descriptor(ends[1])),
                     .receiver = handover_receiver<T>(descriptor(ends[0]))};
    for (const int each : ends) {
        if ((each == ends[0] || !patient) && ::fcntl(each, F_SETFL, O_NONBLOCK) != 0) {
            return fail_errno("pipe", errno);
        }
    }
    return made;
}

} // namespace xvrrp::track
