// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/double_buffer.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>

namespace xvrrp::runtime {

namespace {

result<void> write_from_start(const descriptor& file, std::span<const std::uint8_t> bytes)
{
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::pwrite(file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (count >= 0) {
            done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            return fail_errno("writing shared memory", errno);
        }
    }
    // What a longer version had occupied is given back.
    if (::ftruncate(file.get(), static_cast<off_t>(bytes.size())) != 0) {
        return fail_errno("shortening shared memory", errno);
    }
    return {};
}

std::optional<std::vector<std::uint8_t>> read_from_start(const descriptor& file, std::size_t length)
{
    std::vector<std::uint8_t> bytes(length);
    std::size_t done = 0;
    while (done < length) {
        const ssize_t count = ::pread(file.get(), bytes.data() + done, length - done, static_cast<off_t>(done));
        if (count > 0) {
            done += static_cast<std::size_t>(count);
        } else if (count == 0 || errno != EINTR) {
            return std::nullopt;
        }
    }
    return bytes;
}

} // namespace

void double_buffer::unmap::operator()(header* mapped) const
{
    ::munmap(mapped, sizeof *mapped);
}

result<double_buffer> double_buffer::create(const char* name)
{
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "shared by processes");
    void* memory = ::mmap(nullptr, sizeof(header), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return fail_errno("shared memory", errno);
    }
    double_buffer made;
    made.header_.reset(new (memory) header{});
    for (descriptor& half : made.halves_) {
        half = descriptor(::memfd_create(name, MFD_CLOEXEC));
        if (!half) {
            return fail_errno("shared memory", errno);
        }
    }
    return made;
}

result<void> double_buffer::store(std::span<const std::uint8_t> bytes)
{
    const std::uint64_t next = versions() + 1;
    if (result<void> written = write_from_start(halves_[next % 2], bytes); !written) {
        return written;
    }
    header_->lengths[next % 2].store(bytes.size(), std::memory_order_relaxed);
    header_->versions.store(next, std::memory_order_release);
    return {};
}

std::optional<std::vector<std::uint8_t>> double_buffer::load() const
{
    constexpr int attempts = 3;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const std::uint64_t version = versions();
        if (version == 0) {
            return std::nullopt;
        }
        auto bytes = read_from_start(halves_[version % 2], header_->lengths[version % 2].load());
        if (bytes && versions() == version) {
            return bytes;
        }
    }
    return std::nullopt;
}

std::uint64_t double_buffer::versions() const
{
    return header_->versions.load(std::memory_order_acquire);
}

} // namespace xvrrp::runtime
