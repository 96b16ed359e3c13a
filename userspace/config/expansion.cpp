// SPDX-License-Identifier: BSD-2-Clause
//
// The order in which a line is looked at. Recursive where lines come out of lines, and bounded in depth and in size.
#include "config/expansion.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "config/include.hpp"
#include "config/lexer.hpp"
#include "config/reporter.hpp"
#include "config/value.hpp"

namespace xvrrp::config {
namespace {

std::size_t first_byte(std::string_view text)
{
    return std::min(text.find_first_not_of(blanks), text.size());
}

std::size_t depth_of(const open_line& line)
{
    return line.through ? line.through->depth : 0;
}

} // namespace

expansion::expansion(const reading& how, const surroundings& around, source_text& out, reporter& report)
    : how_(how), around_(around), out_(out), report_(report), directory_("."), random_(how.random_seed),
      left_(how.most_bytes)
{
}

bool expansion::concerns(std::string_view text)
{
    const std::size_t start = first_byte(text);
    return start < text.size() &&
           (text[start] == '@' || text[start] == '~' || text.find('$', start) != std::string_view::npos);
}

void expansion::add(open_line line)
{
    if (is_spent()) {
        return;
    }
    const bool conditional = trimmed(line.text.view()).starts_with('@');
    const bool counts = meets_condition(line);
    if (counts && repeat(line)) {
        return;
    }
    remove_comment(line);
    if (define(line, counts) || !counts) {
        return;
    }
    const auto made = substitute_in(line, blanks);
    if (!made || (made->changed && !conditional && !meets_condition(line))) {
        return;
    }
    if (made->changed && (is_loop_before_lines(line, *made) || repeat(line) || define(line, true))) {
        return;
    }
    emit(line);
    add_following(made->following, line);
}

/// Takes the condition off.
bool expansion::meets_condition(open_line& line)
{
    const std::string_view text = line.text.view();
    const std::size_t start = first_byte(text);
    if (start == text.size() || text[start] != '@') {
        return true;
    }
    const std::size_t end = std::min(text.find_first_of(blanks, start), text.size());
    std::string_view id = text.substr(start + 1, end - start - 1);
    const bool negated = id.starts_with('^');
    id.remove_prefix(negated ? 1 : 0);
    const bool met = (id == how_.config_id) != negated;
    line.text.blank_until(end);
    return met;
}

void expansion::remove_comment(open_line& line)
{
    if (!line.comment_removed && line.text.view().find_first_of("#!") != std::string_view::npos) {
        line.text.cut(end_of_content(shown(line), report_));
    }
    line.comment_removed = true;
    line.text.cut(line.text.view().find_last_not_of(blanks) + 1);
}

/// True if the line defines something.
bool expansion::define(const open_line& line, bool counts)
{
    const auto head = definition_at(line.text.view());
    if (!head) {
        return false;
    }
    traced_text value = line.text;
    value.blank_until(head->value);
    const bool goes_on = value.view().ends_with('\\');
    if (goes_on && line.through) {
        error(line, line.text.view().size() - 1,
              "a definition of several lines can't come out of a loop or another definition; the line is left out");
        return true;
    }
    definition made{.name = std::string(head->name), .lines = {}, .by_loop = false};
    unfinished_ = {.made = std::move(made), .counts = counts};
    add_to_definition({.file = line.file,
                       .number = line.number,
                       .text = std::move(value),
                       .comment_removed = true,
                       .through = line.through});
    return true;
}

/// An empty line ends it, a comment doesn't.
void expansion::add_to_definition(open_line line)
{
    std::vector<definition_line>& lines = unfinished_->made.lines;
    const bool first = lines.empty();
    const bool comment = first_byte(line.text.view()) != line.text.view().size();
    remove_comment(line);
    const bool goes_on = line.text.view().ends_with('\\');
    if (goes_on) {
        line.text.cut(line.text.view().size() - 1);
        remove_comment(line);
    }
    if (first || !line.text.view().empty()) {
        // Nothing but `\` behind the '=' is no line of the value, unless none follows.
        if (lines.size() == 1 && trimmed(lines.front().text).empty()) {
            lines.clear();
        }
        lines.push_back({.file = line.file, .number = line.number, .text = std::string(line.text.view())});
    } else if (comment) {
        return;
    }
    if (!goes_on) {
        end_definition();
    }
}

void expansion::end_definition()
{
    if (unfinished_ && unfinished_->counts) {
        defined_.set(std::make_shared<const definition>(std::move(unfinished_->made)));
    }
    unfinished_.reset();
}

/// True if the line is a loop.
bool expansion::repeat(open_line& line)
{
    constexpr std::string_view in_parentheses = " \t\v\f\r,(){}";
    const std::string_view text = line.text.view();
    const std::size_t start = first_byte(text);
    if (!begins_loop(text.substr(start))) {
        return false;
    }
    const std::size_t length = loop_end(text.substr(start));
    if (length == std::string_view::npos) {
        error(line, start, "this loop has no ')'; the line is left out");
        return true;
    }
    // Variables between the parentheses are replaced now, those behind it once for each turn.
    open_line head = line;
    head.text = traced_text(text.substr(0, start + length));
    head.comment_removed = true;
    if (!substitute_in(head, in_parentheses)) {
        return true;
    }
    const auto parsed = parse_loop(trimmed(head.text.view()));
    if (const auto* problem = std::get_if<std::string>(&parsed)) {
        error(line, start, *problem + "; the line is left out");
        return true;
    }
    line.text.blank_until(start + length);
    remove_comment(line);
    if (!line.text.view().empty()) {
        run_loop(std::get<loop>(parsed), line);
    }
    return true;
}

bool expansion::is_too_deep(const open_line& line)
{
    if (depth_of(line) < deepest_expansion) {
        return false;
    }
    error(line, first_byte(line.text.view()),
          fmt::format("definitions and loops within each other, more than {}; what this line stands for is left out",
                      deepest_expansion));
    return true;
}

void expansion::run_loop(const loop& turns, const open_line& line)
{
    constexpr std::size_t cost = 32; // of a turn, even if nothing comes out of it
    if (is_too_deep(line)) {
        return;
    }
    for (std::uint64_t turn = 0; turn < turns.turns() && spend(cost, line); ++turn) {
        for (std::size_t i = 0; i < turns.names().size(); ++i) {
            definition_line value{.file = line.file, .number = line.number, .text = turns.value(turn, i)};
            defined_.set(std::make_shared<const definition>(
                definition{.name = turns.names()[i], .lines = {std::move(value)}, .by_loop = true}));
        }
        open_line each = line;
        each.through = std::make_shared<const expansion_step>(expansion_step{.used = nullptr,
                                                                             .turn = turns.describe(turn),
                                                                             .file = line.file,
                                                                             .number = line.number,
                                                                             .outer = line.through,
                                                                             .depth = depth_of(line) + 1});
        add(std::move(each));
    }
}

/// Reports what is wrong with the variables; none if the line is left out for it.
std::optional<substituted> expansion::substitute_in(open_line& line, std::string_view ends)
{
    const built_in_values values = [&](std::string_view name, std::string_view arguments) {
        return built_in(line, name, arguments);
    };
    substituted made = substitute(line.text, ends, defined_, values, line.through);
    constexpr std::size_t cost = 32; // of a replacement, even by nothing
    if (!spend(made.replacements * cost, line)) {
        return std::nullopt;
    }
    if (made.problem) {
        error(line, made.problem_at, *made.problem + "; the line is left out");
        return std::nullopt;
    }
    if (made.not_at_the_end) {
        warning(line, made.not_at_the_end_at,
                fmt::format("${} has several lines, so nothing may stand behind it; it isn't replaced",
                            made.not_at_the_end->name));
    }
    return made;
}

bool expansion::is_loop_before_lines(const open_line& line, const substituted& made)
{
    const std::string_view text = line.text.view();
    const std::size_t start = first_byte(text);
    if (made.following.empty() || !begins_loop(text.substr(start))) {
        return false;
    }
    error(line, start,
          fmt::format("behind a loop that comes out of a variable ${} can't be replaced by its lines; write the loop "
                      "itself here; the line is left out",
                      made.following.front().from->name));
    return true;
}

/// Nothing but words is in the line now.
void expansion::emit(const open_line& line)
{
    const std::string_view text = line.text.view();
    const std::size_t start = first_byte(text);
    if (start == text.size()) {
        return;
    }
    if (include_at(text)) {
        error(line, start,
              "an include is read before conditions, variables and loops, so it can't come out of them; the line is "
              "left out");
        return;
    }
    if (spend(text.size() + 1, line)) {
        source_line made = shown(line);
        made.sequence = static_cast<std::uint32_t>(out_.size());
        out_.push_back(std::move(made));
    }
}

void expansion::add_following(const std::vector<following_lines>& following, const open_line& used_in)
{
    if (!following.empty() && is_too_deep(used_in)) {
        return;
    }
    for (const following_lines& each : following) {
        const auto step = std::make_shared<const expansion_step>(expansion_step{.used = each.from,
                                                                                .turn = {},
                                                                                .file = used_in.file,
                                                                                .number = used_in.number,
                                                                                .outer = used_in.through,
                                                                                .depth = depth_of(used_in) + 1});
        for (std::size_t i = each.first; i < each.from->lines.size(); ++i) {
            const definition_line& line = each.from->lines[i];
            add({.file = line.file,
                 .number = line.number,
                 .text = traced_text(line.text),
                 .comment_removed = true,
                 .through = step});
        }
    }
}

void expansion::set_directory(const std::filesystem::path& directory)
{
    directory_ = directory.empty() ? "." : directory.string();
}

bool expansion::spend(std::size_t bytes, const source_line& line)
{
    if (bytes < left_) {
        left_ -= bytes;
        return true;
    }
    if (left_ > 0) {
        left_ = 0;
        report_.error({.line = &line, .column = static_cast<std::uint32_t>(first_byte(line.text) + 1)},
                      fmt::format("the configuration becomes longer than {} MiB here; everything from here on is left "
                                  "out",
                                  how_.most_bytes >> 20U));
    }
    return false;
}

bool expansion::spend(std::size_t bytes, const open_line& line)
{
    if (bytes < left_) {
        left_ -= bytes;
        return true;
    }
    return spend(bytes, shown(line));
}

std::optional<std::string> expansion::built_in(const open_line& line, std::string_view name, std::string_view arguments)
{
    if (name == "_RANDOM") {
        return random_number(line, arguments);
    }
    if (name == "_ENV" && !arguments.empty()) {
        return environment(line, arguments);
    }
    if (!arguments.empty()) {
        return std::nullopt;
    }
    if (name == "_PWD") {
        return directory_;
    }
    if (name == "_INSTANCE") {
        return how_.config_id;
    }
    if (name == "_HASH" || name == "_BANG") {
        return name == "_HASH" ? "#" : "!";
    }
    return std::nullopt;
}

/// `${_RANDOM [MIN [MAX]]}`; none if the arguments are no such numbers.
std::optional<std::string> expansion::random_number(const open_line& line, std::string_view arguments)
{
    constexpr std::int64_t most = 32767;
    const std::size_t gap = std::min(arguments.find_first_of(blanks), arguments.size());
    const std::string_view second = trimmed(arguments.substr(gap));
    const auto lower = arguments.empty() ? 0 : parse_integer(arguments.substr(0, gap));
    const auto upper = second.empty() ? most : parse_integer(second);
    if (!lower || !upper || *lower < 0 || *upper < *lower) {
        warning(
            line, first_byte(line.text.view()),
            "${_RANDOM MIN MAX} takes whole numbers, MIN no larger than MAX (32767 unless given); it isn't replaced");
        return std::nullopt;
    }
    return fmt::format("{}", std::uniform_int_distribution(*lower, *upper)(random_));
}

std::optional<std::string> expansion::environment(const open_line& line, std::string_view name)
{
    auto value = around_.environment(std::string(name));
    if (!value) {
        warning(line, first_byte(line.text.view()),
                fmt::format("there is no variable {} in the environment; nothing takes the place of ${{_ENV {}}}", name,
                            name));
        return "";
    }
    if (value->find_first_of(std::string_view("\n\0", 2)) != std::string::npos) {
        error(line, first_byte(line.text.view()),
              fmt::format("the variable {} of the environment has more than one line; nothing takes its place", name));
        return "";
    }
    return value;
}

source_line expansion::shown(const open_line& line) const
{
    const bool plain = line.text.parts().empty() && !line.through;
    return {.file = line.file,
            .number = line.number,
            .sequence = static_cast<std::uint32_t>(std::max<std::size_t>(out_.size(), 1) - 1),
            .text = std::string(line.text.view()),
            .comment_removed = line.comment_removed,
            .origin = plain ? nullptr
                            : std::make_shared<const line_origin>(
                                  line_origin{.parts = line.text.parts(), .through = line.through})};
}

void expansion::error(const open_line& line, std::size_t offset, std::string text)
{
    const source_line where = shown(line);
    report_.error({.line = &where, .column = static_cast<std::uint32_t>(offset + 1)}, std::move(text));
}

void expansion::warning(const open_line& line, std::size_t offset, std::string text)
{
    const source_line where = shown(line);
    report_.warning({.line = &where, .column = static_cast<std::uint32_t>(offset + 1)}, std::move(text));
}

} // namespace xvrrp::config
