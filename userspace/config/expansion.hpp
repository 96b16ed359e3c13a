// SPDX-License-Identifier: BSD-2-Clause
//
// One line after the other becomes what it stands for: conditions, definitions, variables, loops. Knows no files; used
// by preprocess, which gives it those lines that may have something of this in them.
#pragma once

#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "config/definition.hpp"
#include "config/loop.hpp"
#include "config/preprocess.hpp"
#include "config/substitution.hpp"
#include "config/surroundings.hpp"
#include "config/traced_text.hpp"

namespace xvrrp::config {

/// A line on its way.
struct open_line {
    std::shared_ptr<const std::string> file;
    std::uint32_t number = 0;
    traced_text text;
    bool comment_removed = false;
    std::shared_ptr<const expansion_step> through;
};

class expansion {
public:
    expansion(const reading& how, const surroundings& around, source_text& out, reporter& report);

    /// False for lines that stand for themselves.
    static bool concerns(std::string_view text);

    /// Adds what the line stands for to the text.
    void add(open_line line);

    /// Whether a definition goes on in the next line, whatever that is; and that line.
    [[nodiscard]] bool is_defining() const { return unfinished_.has_value(); }
    void add_to_definition(open_line line);
    /// At the end of a file.
    void end_definition();

    /// ${_PWD}
    void set_directory(const std::filesystem::path& directory);
    void seed_random(std::uint32_t seed) { random_.seed(seed); }

    /// Counts bytes; false when there have been too many, which is reported once, at `line`.
    bool spend(std::size_t bytes, const source_line& line);
    [[nodiscard]] bool is_spent() const { return left_ == 0; }

private:
    struct unfinished_definition {
        definition made;
        bool counts = true; ///< false behind a condition that isn't met
    };

    bool spend(std::size_t bytes, const open_line& line);
    bool meets_condition(open_line& line);
    void remove_comment(open_line& line);
    bool define(const open_line& line, bool counts);
    bool repeat(open_line& line);
    void run_loop(const loop& turns, const open_line& line);
    bool is_too_deep(const open_line& line);
    std::optional<substituted> substitute_in(open_line& line, std::string_view ends);
    bool is_loop_before_lines(const open_line& line, const substituted& made);
    void emit(const open_line& line);
    void add_following(const std::vector<following_lines>& following, const open_line& used_in);
    std::optional<std::string> built_in(const open_line& line, std::string_view name, std::string_view arguments);
    std::optional<std::string> random_number(const open_line& line, std::string_view arguments);
    std::optional<std::string> environment(const open_line& line, std::string_view name);

    /// The line as messages show it.
    [[nodiscard]] source_line shown(const open_line& line) const;
    void error(const open_line& line, std::size_t offset, std::string text);
    void warning(const open_line& line, std::size_t offset, std::string text);

    const reading& how_;
    const surroundings& around_;
    source_text& out_;
    reporter& report_;
    definitions defined_;
    std::optional<unfinished_definition> unfinished_;
    std::string directory_;
    std::minstd_rand random_;
    std::size_t left_;
};

} // namespace xvrrp::config
