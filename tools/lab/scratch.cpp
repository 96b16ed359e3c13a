// SPDX-License-Identifier: BSD-2-Clause
//
// Temporary directories (see scratch.hpp).
#include "lab/scratch.hpp"

#include <fstream>
#include <utility>

#include "lab/namespace.hpp"

namespace xvrrp::lab {

void sweep_stale_entries(const std::filesystem::path& directory)
{
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
        if (is_stale_name(entry.path().filename().string())) {
            std::filesystem::remove_all(entry.path(), ignored);
        }
    }
}

result<scratch_directory> scratch_directory::create(std::string_view role)
{
    std::error_code problem;
    const auto parent = std::filesystem::temp_directory_path(problem);
    if (problem) {
        return fail_errno("no temporary directory", problem.value());
    }
    return create_under(parent, role);
}

result<scratch_directory> scratch_directory::create_under(const std::filesystem::path& parent, std::string_view role)
{
    sweep_stale_entries(parent);
    std::error_code problem;
    scratch_directory made;
    const auto path = parent / unique_name(role);
    if (!std::filesystem::create_directory(path, problem)) {
        return fail_errno(path.string(), problem ? problem.value() : EEXIST);
    }
    made.path_ = path;
    return made;
}

scratch_directory::scratch_directory(scratch_directory&& other) noexcept : path_(std::exchange(other.path_, {})) {}

scratch_directory& scratch_directory::operator=(scratch_directory&& other) noexcept
{
    std::swap(path_, other.path_);
    return *this;
}

scratch_directory::~scratch_directory()
{
    if (!path_.empty()) {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
}

result<std::filesystem::path> scratch_directory::write(const std::string& name, std::string_view text) const
{
    auto file = path_ / name;
    std::ofstream stream(file);
    stream << text << std::flush;
    if (!stream) {
        return fail_errno(file.string(), errno);
    }
    return file;
}

} // namespace xvrrp::lab
