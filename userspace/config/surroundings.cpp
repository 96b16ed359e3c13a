// SPDX-License-Identifier: BSD-2-Clause
//
// The only calls to the system in this layer. On whatever thread reads the configuration; the environment is only read.
#include "config/surroundings.hpp"

#include <array>
#include <cstdlib>
#include <memory>

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "xvrrp/descriptor.hpp"

namespace xvrrp::config {
namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20U;

result<std::string> read_all(const descriptor& input, const std::filesystem::path& file)
{
    std::string text;
    std::array<char, 65536> buffer{};
    while (true) {
        const ssize_t got = ::read(input.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail_errno(file.string(), errno);
        }
        if (got == 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > largest_file) {
            return fail_errno(file.string(), EFBIG);
        }
    }
}

} // namespace

std::vector<std::filesystem::path> no_surroundings::matches(const std::string&) const
{
    return {};
}

result<std::string> no_surroundings::read(const std::filesystem::path& file) const
{
    return fail_errno(file.string(), ENOENT);
}

std::optional<std::string> no_surroundings::environment(const std::string&) const
{
    return std::nullopt;
}

std::vector<std::filesystem::path> host_surroundings::matches(const std::string& pattern) const
{
    ::glob_t found{};
    const std::unique_ptr<::glob_t, decltype(&::globfree)> freed(&found, ::globfree);
    if (::glob(pattern.c_str(), 0, nullptr, &found) != 0) {
        return {};
    }
    return {found.gl_pathv, found.gl_pathv + found.gl_pathc};
}

result<std::string> host_surroundings::read(const std::filesystem::path& file) const
{
    // Without O_NONBLOCK, a pipe that nobody writes to would hold the reader for ever.
    const descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct ::stat facts{};
    if (!input || ::fstat(input.get(), &facts) != 0) {
        return fail_errno(file.string(), errno);
    }
    if (S_ISDIR(facts.st_mode)) {
        return fail_errno(file.string(), EISDIR);
    }
    if (!S_ISREG(facts.st_mode)) {
        return fail(file.string() + ": not a regular file");
    }
    return read_all(input, file);
}

std::optional<std::string> host_surroundings::environment(const std::string& name) const
{
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

result<std::string> read_file(const std::filesystem::path& file)
{
    const descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    return input ? read_all(input, file) : fail_errno(file.string(), errno);
}

std::string host_config_id()
{
    ::utsname names{};
    if (::uname(&names) != 0) {
        return "localhost";
    }
    const std::string name(std::begin(names.nodename));
    return name.substr(0, name.find('.'));
}

} // namespace xvrrp::config
