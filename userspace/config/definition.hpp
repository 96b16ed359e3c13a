// SPDX-License-Identifier: BSD-2-Clause
//
// What `$NAME=VALUE` defines, and the names by which it is found. Filled and used by preprocess.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xvrrp::config {

struct definition_line {
    std::shared_ptr<const std::string> file;
    std::uint32_t number = 0;
    std::string text; ///< without comment and `\`; its bytes are in the columns where they stand in the file
};

/// Its value is one line, or several where lines ended in `\`. What variables are in it is looked at when it is used.
struct definition {
    std::string name;
    std::vector<definition_line> lines; ///< at least one
    bool by_loop = false;               ///< its value is that of one turn

    /// The value, if it is one line.
    [[nodiscard]] std::string_view value() const;
    [[nodiscard]] bool has_several_lines() const { return lines.size() > 1; }
};

/// The last definition of each name counts.
class definitions {
public:
    void set(std::shared_ptr<const definition> what);
    /// Null if there is none of that name.
    [[nodiscard]] std::shared_ptr<const definition> find(std::string_view name) const;

private:
    std::map<std::string, std::shared_ptr<const definition>, std::less<>> by_name_;
};

/// How many bytes at the beginning of `text` are a variable's name: letters, digits and `_`, no digit first.
std::size_t name_length(std::string_view text);

/// `$NAME=…` at the beginning of a line.
struct definition_head {
    std::string_view name;
    std::size_t value = 0; ///< offset of what follows the `=`
};
std::optional<definition_head> definition_at(std::string_view line);

std::string_view trimmed(std::string_view text);

} // namespace xvrrp::config
