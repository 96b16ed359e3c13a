// SPDX-License-Identifier: BSD-2-Clause
//
// File by file and line by line. Lines with more in them than words go to the expansion. Called by load.
#include "config/preprocess.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/core.h>

#include "config/expansion.hpp"
#include "config/include.hpp"
#include "config/lexer.hpp"
#include "config/reporter.hpp"
#include "config/surroundings.hpp"
#include "config/text_settings.hpp"

namespace xvrrp::config {
namespace {

std::string_view without_byte_order_mark(std::string_view text)
{
    constexpr std::string_view mark = "\xef\xbb\xbf";
    return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

/// Takes the first line off the text.
std::string_view take_line(std::string_view& text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

/// Reports why a line can't be read; true if it can.
bool is_readable(const source_line& line, reporter& report)
{
    const std::string_view text = line.text;
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos || text[first] == '#' || text[first] == '!') {
        return true;
    }
    if (text.size() > longest_line) {
        report.error(
            {.line = &line, .column = static_cast<std::uint32_t>(first + 1)},
            fmt::format("the line has {} bytes, more than {}, and is left out; split it", text.size(), longest_line));
        return false;
    }
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        report.error({.line = &line, .column = static_cast<std::uint32_t>(nul + 1)},
                     "the line contains a NUL byte and is left out; save the file as plain text (UTF-8)");
        return false;
    }
    return true;
}

class preprocessor {
public:
    preprocessor(const surroundings& around, const reading& how, reporter& report)
        : around_(around), report_(report), cost_of_include_(how.most_bytes / most_includes + 1),
          expansion_(how, around, lines_, report)
    {
    }

    void read_file(std::string_view text, const std::filesystem::path& file)
    {
        const include_checks checks_before = settings_.checks();
        files_.push_back(file);
        expansion_.set_directory(file.parent_path());
        const auto name = std::make_shared<const std::string>(file.string());
        text = without_byte_order_mark(text);
        for (std::uint32_t number = 1; !text.empty() && !expansion_.is_spent(); ++number) {
            read_line(take_line(text), name, number);
        }
        expansion_.end_definition();
        files_.pop_back();
        settings_.set_checks(checks_before);
        expansion_.set_directory(files_.empty() ? std::filesystem::path() : files_.back().parent_path());
    }

    source_text take() { return std::move(lines_); }

private:
    void read_line(std::string_view text, const std::shared_ptr<const std::string>& file, std::uint32_t number)
    {
        const std::size_t index = lines_.size();
        source_line& line = lines_.emplace_back(source_line{
            .file = file, .number = number, .sequence = static_cast<std::uint32_t>(index), .text = std::string(text)});
        if (!expansion_.spend(text.size() + 1, line) || !is_readable(line, report_)) {
            line.text.clear();
        } else if (expansion_.is_defining()) {
            expansion_.add_to_definition(opened(line));
        } else if (const auto include = include_at(text)) {
            line.text.clear();
            read_included(shown(text, line));
            return; // its lines have been heeded
        } else if (expansion::concerns(text)) {
            expansion_.add(opened(line));
        }
        for (std::size_t i = index; i < lines_.size(); ++i) {
            heed(lines_[i]);
        }
    }

    /// Takes the text out of a line that others will take the place of.
    static open_line opened(source_line& line)
    {
        open_line taken{.file = line.file,
                        .number = line.number,
                        .text = traced_text(line.text),
                        .comment_removed = false,
                        .through = nullptr};
        line.text.clear();
        return taken;
    }

    /// What the settings of the text itself say about the rest of it.
    void heed(const source_line& line)
    {
        settings_.see(line);
        if (const auto seed = settings_.take_seed()) {
            expansion_.seed_random(*seed);
        }
    }

    static source_line shown(std::string_view text, const source_line& emptied)
    {
        source_line line = emptied;
        line.text = text;
        return line;
    }

    void read_included(source_line line)
    {
        line.text.resize(end_of_content(line, report_));
        const include_line what = *include_at(line.text);
        const place where{.line = &line, .column = static_cast<std::uint32_t>(what.pattern_begin + 1)};
        if (what.pattern.empty()) {
            report_.error(where, "include needs the name of a file behind it; the line is left out");
            return;
        }
        if (what.pattern.find('$') != std::string_view::npos) {
            report_.error(where,
                          "an include is read before variables, so there can be none in it; the line is left out");
            return;
        }
        const include_checks checks = checks_of(what, settings_.checks());
        const included_files found = find_files(what.pattern, files_.back().parent_path(), checks, around_);
        if (found.is_error) {
            report_.error(where, found.missing);
        } else if (!found.missing.empty()) {
            report_.warning(where, found.missing + "; the include is without effect");
        }
        for (const std::filesystem::path& file : found.files) {
            include(file, checks.any(), where);
        }
    }

    void include(const std::filesystem::path& file, bool must_be_readable, place where)
    {
        if (!expansion_.spend(cost_of_include_, *where.line)) {
            return;
        }
        if (is_being_read(file)) {
            report_.error(where, fmt::format("{}: a file can't include itself; it is left out here", chain_to(file)));
            return;
        }
        if (files_.size() > deepest_include) {
            report_.error(
                where, fmt::format("files within files, more than {}: {} is left out", deepest_include, file.string()));
            return;
        }
        const result<std::string> text = around_.read(file);
        if (text) {
            read_file(*text, file);
        } else if (must_be_readable) {
            report_.error(where, text.error().what);
        } else {
            report_.warning(where, text.error().what + "; it is left out");
        }
    }

    [[nodiscard]] bool is_being_read(const std::filesystem::path& file) const
    {
        return std::ranges::any_of(files_, [&](const std::filesystem::path& each) {
            return each.lexically_normal() == file.lexically_normal();
        });
    }

    /// "a.conf includes b.conf includes a.conf".
    [[nodiscard]] std::string chain_to(const std::filesystem::path& file) const
    {
        std::string chain;
        for (const std::filesystem::path& each : files_) {
            if (!chain.empty() || each.lexically_normal() == file.lexically_normal()) {
                chain += each.string() + " includes ";
            }
        }
        return chain + file.string();
    }

    /// Whatever is in them: many small files may include each other.
    static constexpr std::size_t most_includes = 16384;

    const surroundings& around_;
    reporter& report_;
    std::size_t cost_of_include_;
    source_text lines_;
    expansion expansion_;
    text_settings settings_;
    std::vector<std::filesystem::path> files_; ///< the one that is read, behind those that include it
};

} // namespace

source_text preprocess(std::string_view text, const std::string& file, const surroundings& around, const reading& how,
                       reporter& report)
{
    preprocessor reader(around, how, report);
    reader.read_file(text, file);
    return reader.take();
}

} // namespace xvrrp::config
