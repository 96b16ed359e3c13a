// SPDX-License-Identifier: BSD-2-Clause
//
// One pass over one line. Called by the statement layer.
#include "config/lexer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

#include "config/escape.hpp"
#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

/// Their values have C-like escapes.
constexpr std::array<std::string_view, 18> command_keywords{"script",
                                                            "process",
                                                            "notify",
                                                            "notify_master",
                                                            "notify_backup",
                                                            "notify_fault",
                                                            "notify_stop",
                                                            "notify_deleted",
                                                            "notify_master_rx_lower_pri",
                                                            "notify_fifo",
                                                            "notify_fifo_script",
                                                            "vrrp_notify_fifo",
                                                            "vrrp_notify_fifo_script",
                                                            "startup_script",
                                                            "shutdown_script",
                                                            "lvs_notify_fifo",
                                                            "lvs_notify_fifo_script",
                                                            "misc_path"};

bool is_blank(char c)
{
    return blanks.find(c) != std::string_view::npos;
}

bool takes_escapes(std::string_view keyword)
{
    return std::ranges::find(command_keywords, keyword) != command_keywords.end();
}

std::string_view first_word(std::string_view line)
{
    const std::size_t start = std::min(line.find_first_not_of(blanks), line.size());
    return line.substr(start, line.find_first_of(blanks, start) - start);
}

class line_lexer {
public:
    line_lexer(const source_line& line, reporter& report)
        : line_(line), text_(line.text), report_(report), escapes_(takes_escapes(first_word(line.text)))
    {
        if (!line.comment_removed) {
            text_ = text_.substr(0, end_of_content(line, report));
        }
    }

    std::vector<token> run()
    {
        while (skip_blanks()) {
            const char c = text_[at_];
            if (c == '{' || c == '}') {
                add_brace(at_++);
            } else {
                read_word();
            }
        }
        return std::move(tokens_);
    }

private:
    bool skip_blanks()
    {
        while (at_ < text_.size() && is_blank(text_[at_])) {
            ++at_;
        }
        return at_ < text_.size();
    }

    [[nodiscard]] place place_of(std::size_t offset) const
    {
        return {.line = &line_, .column = static_cast<std::uint32_t>(offset + 1)};
    }

    void add_brace(std::size_t offset)
    {
        tokens_.push_back({.kind = text_[offset] == '{' ? token_kind::open_brace : token_kind::close_brace,
                           .text = {},
                           .where = place_of(offset)});
    }

    void read_word()
    {
        const std::size_t start = at_;
        token word{.kind = token_kind::word, .text = {}, .where = place_of(start)};
        std::size_t closing_from = start; // braces before this are quoted or escaped
        while (at_ < text_.size() && !is_blank(text_[at_])) {
            const char c = text_[at_];
            if (c == '"' || c == '\'') {
                read_quoted(word.text);
                closing_from = at_;
            } else if (is_escape()) {
                read_escape(word.text);
                closing_from = at_;
            } else {
                word.text += c;
                ++at_;
            }
        }
        finish_word(std::move(word), start, closing_from);
    }

    /// At an opening quote; goes behind the closing one.
    void read_quoted(std::string& into)
    {
        const std::size_t start = at_;
        const char quote = text_[at_++];
        while (at_ < text_.size() && text_[at_] != quote) {
            if (is_escape()) {
                read_escape(into);
            } else {
                into += text_[at_++];
            }
        }
        if (at_ == text_.size()) {
            report_.error(place_of(start), fmt::format("this quote has no end; the value is taken up to the end of the "
                                                       "line; add the missing {}",
                                                       quote));
        } else {
            ++at_;
        }
    }

    [[nodiscard]] bool is_escape() const { return escapes_ && text_[at_] == '\\' && at_ + 1 < text_.size(); }

    void read_escape(std::string& into)
    {
        const escape what = escape_at(text_.substr(at_));
        if (what.value == '\0') {
            report_.error(place_of(at_), "there can be no NUL byte in a command; it is left out");
        } else {
            into += what.value;
        }
        at_ += what.length;
    }

    /// Splits braces off the end of a word. Those at its beginning never get here.
    void finish_word(token word, std::size_t start, std::size_t closing_from)
    {
        std::size_t end = at_;
        std::size_t braces = 0;
        while (end > closing_from && end > start && splits_off(word.text)) {
            word.text.pop_back();
            --end;
            ++braces;
        }
        if (end > start) {
            tokens_.push_back(std::move(word));
        }
        for (std::size_t i = 0; i < braces; ++i) {
            add_brace(end + i);
        }
    }

    static bool splits_off(const std::string& word)
    {
        if (word.ends_with('{')) {
            return true;
        }
        return word.ends_with('}') && word.find('{') == std::string::npos;
    }

    const source_line& line_;
    std::string_view text_;
    reporter& report_;
    bool escapes_;
    std::vector<token> tokens_;
    std::size_t at_ = 0;
};

} // namespace

std::size_t comment_start(std::string_view line)
{
    const bool escapes = takes_escapes(first_word(line));
    char quote = '\0';
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (escapes && c == '\\') {
            ++i;
        } else if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#' || c == '!') {
            return i;
        }
    }
    return line.size();
}

std::size_t end_of_content(const source_line& line, reporter& report)
{
    const std::string_view text = line.text;
    if (text.find_first_of("#!") == std::string_view::npos) {
        return text.size();
    }
    const std::size_t end = comment_start(text);
    const std::string_view before = text.substr(0, end);
    const std::size_t word = before.find_last_of(blanks) + 1;
    if (end < text.size() && before.substr(word).find_first_not_of("{}") != std::string_view::npos) {
        report.warning({.line = &line, .column = static_cast<std::uint32_t>(end + 1)},
                       fmt::format("'{}' begins a comment, even inside a word; put the value in quotes if this belongs "
                                   "to it, or a space before it if not",
                                   text[end]));
    }
    return end;
}

std::vector<token> lex(const source_line& line, reporter& report)
{
    return line_lexer(line, report).run();
}

} // namespace xvrrp::config
