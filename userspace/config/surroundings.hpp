// SPDX-License-Identifier: BSD-2-Clause
//
// What a configuration can refer to besides its own text: other files and the environment. One interface, so that
// everything above it can be tested without either.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "xvrrp/result.hpp"

namespace xvrrp::config {

class surroundings {
public:
    virtual ~surroundings() = default;

    /// The files and directories that a pattern of glob(3) stands for, in alphabetical order.
    [[nodiscard]] virtual std::vector<std::filesystem::path> matches(const std::string& pattern) const = 0;
    /// The text of a regular file.
    [[nodiscard]] virtual result<std::string> read(const std::filesystem::path& file) const = 0;
    [[nodiscard]] virtual std::optional<std::string> environment(const std::string& name) const = 0;

protected:
    surroundings() = default;
    surroundings(const surroundings&) = default;
    surroundings& operator=(const surroundings&) = default;
    surroundings(surroundings&&) = default;
    surroundings& operator=(surroundings&&) = default;
};

/// No other file, and an empty environment.
class no_surroundings final : public surroundings {
public:
    [[nodiscard]] std::vector<std::filesystem::path> matches(const std::string& pattern) const override;
    [[nodiscard]] result<std::string> read(const std::filesystem::path& file) const override;
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override;
};

/// This host's.
class host_surroundings final : public surroundings {
public:
    [[nodiscard]] std::vector<std::filesystem::path> matches(const std::string& pattern) const override;
    [[nodiscard]] result<std::string> read(const std::filesystem::path& file) const override;
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override;
};

/// A file of up to 64 MiB, of any kind that can be read: the first one may be a pipe.
result<std::string> read_file(const std::filesystem::path& file);

/// The host's name up to its first dot.
std::string host_config_id();

} // namespace xvrrp::config
