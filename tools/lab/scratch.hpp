// SPDX-License-Identifier: BSD-2-Clause
//
// A directory that is gone, with all that is in it, when its object is.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "xvrrp/result.hpp"

namespace xvrrp::lab {

class scratch_directory {
public:
    /// A new one under the system's temporary directory, mode 0755, with a unique name; it also removes what killed
    /// runs left there.
    static result<scratch_directory> create(std::string_view role);
    /// The same under `parent`: others can't write to /run, for instance, as script security demands.
    static result<scratch_directory> create_under(const std::filesystem::path& parent, std::string_view role);
    scratch_directory(scratch_directory&& other) noexcept;
    scratch_directory& operator=(scratch_directory&& other) noexcept;
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;
    ~scratch_directory();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Writes a file of that name in it, and gives its path.
    [[nodiscard]] result<std::filesystem::path> write(const std::string& name, std::string_view text) const;

private:
    scratch_directory() = default;

    std::filesystem::path path_;
};

/// Removes what is_stale_name says of the entries of a directory.
void sweep_stale_entries(const std::filesystem::path& directory);

} // namespace xvrrp::lab
