// SPDX-License-Identifier: BSD-2-Clause
//
// Owns one file descriptor. Used by whoever in this layer opens one; closing it is all that it does.
#pragma once

#include <unistd.h>

#include <utility>

namespace xvrrp::net {

class descriptor {
public:
    descriptor() = default;
    /// Takes over `fd`; negative: none.
    explicit descriptor(int fd) : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor()
    {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }

    [[nodiscard]] int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

} // namespace xvrrp::net
