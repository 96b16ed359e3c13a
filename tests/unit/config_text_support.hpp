// SPDX-License-Identifier: BSD-2-Clause
//
// For the tests of what happens to a text before it has words: files and an environment in memory, and lines to
// compare.
#pragma once

#include <fnmatch.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/definition.hpp"
#include "config/preprocess.hpp"
#include "config/reporter.hpp"
#include "config/surroundings.hpp"
#include "unit/config_support.hpp"

namespace xvrrp::config {

struct memory_surroundings final : surroundings {
    std::map<std::string, std::string> files; ///< by their path; "DIR" without text is a directory
    std::map<std::string, std::string> variables;

    [[nodiscard]] std::vector<std::filesystem::path> matches(const std::string& pattern) const override
    {
        std::vector<std::filesystem::path> found;
        for (const auto& [path, text] : files) {
            if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0) {
                found.emplace_back(path);
            }
        }
        return found;
    }
    [[nodiscard]] result<std::string> read(const std::filesystem::path& file) const override
    {
        const auto found = files.find(file.string());
        if (found == files.end()) {
            return fail_errno(file.string(), ENOENT);
        }
        return found->second == "DIR" ? fail_errno(file.string(), EISDIR) : result<std::string>(found->second);
    }
    [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override
    {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    }
};

struct read_text {
    std::vector<std::string> lines; ///< those with something in them, white space around it taken off
    std::vector<diagnostic> messages;
};

/// As the file /etc/main.conf, on a host whose config-id is "main".
inline read_text lines_of(std::string_view text, const surroundings& around = no_surroundings(),
                          const reading& how = {.config_id = "main"})
{
    reporter report;
    read_text result;
    for (const source_line& line : preprocess(text, "/etc/main.conf", around, how, report)) {
        if (const std::string_view content = trimmed(line.text); !content.empty()) {
            result.lines.emplace_back(content);
        }
    }
    result.messages = report.take();
    return result;
}

/// A message in the file that lines_of reads.
inline auto error_at(std::uint32_t line, std::uint32_t column, std::string_view part)
{
    return testing::ElementsAre(message_at(severity::error, line, column, part));
}

} // namespace xvrrp::config
