// SPDX-License-Identifier: BSD-2-Clause
//
// One pass over one line. Called by the statement layer.
#include "config/lexer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

constexpr std::string_view blanks = " \t\v\f\r";

/// Their quoted text has C-like escapes.
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

class line_lexer {
public:
    line_lexer(const source_line& line, reporter& report) : line_(line), text_(line.text), report_(report) {}

    std::vector<token> run()
    {
        while (skip_blanks()) {
            const char c = text_[at_];
            if (c == '#' || c == '!') {
                break;
            }
            if (c == '{' || c == '}') {
                add_brace(at_++);
            } else if (!read_word()) {
                break;
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

    /// False when a comment ended the line.
    bool read_word()
    {
        const std::size_t start = at_;
        token word{.kind = token_kind::word, .text = {}, .where = place_of(start)};
        std::size_t closing_from = start; // braces before this are inside quotes
        bool comment = false;
        while (at_ < text_.size() && !is_blank(text_[at_]) && !comment) {
            const char c = text_[at_];
            if (c == '"' || c == '\'') {
                read_quoted(word.text);
                closing_from = at_;
            } else if (c == '#' || c == '!') {
                comment = true;
            } else {
                word.text += c;
                ++at_;
            }
        }
        if (comment) {
            warn_of_comment_inside(start);
        }
        finish_word(std::move(word), start, closing_from);
        return !comment;
    }

    /// At an opening quote; goes behind the closing one.
    void read_quoted(std::string& into)
    {
        const std::size_t start = at_;
        const char quote = text_[at_++];
        const bool escapes = takes_escapes();
        while (at_ < text_.size() && text_[at_] != quote) {
            if (escapes && text_[at_] == '\\' && at_ + 1 < text_.size()) {
                into += text_[at_++];
            }
            into += text_[at_++];
        }
        if (at_ == text_.size()) {
            report_.error(place_of(start), fmt::format("this quote has no end; the value is taken up to the end of the "
                                                       "line; add the missing {}",
                                                       quote));
        } else {
            ++at_;
        }
    }

    [[nodiscard]] bool takes_escapes() const
    {
        return !tokens_.empty() && std::ranges::find(command_keywords, tokens_.front().text) != command_keywords.end();
    }

    void warn_of_comment_inside(std::size_t start)
    {
        const std::string_view before = text_.substr(start, at_ - start);
        if (before.find_first_not_of("{}") != std::string_view::npos) {
            report_.warning(place_of(at_), fmt::format("'{}' begins a comment, even inside a word; put the value in "
                                                       "quotes if this belongs to it, or a space before it if not",
                                                       text_[at_]));
        }
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
    std::vector<token> tokens_;
    std::size_t at_ = 0;
};

} // namespace

std::vector<token> lex(const source_line& line, reporter& report)
{
    return line_lexer(line, report).run();
}

} // namespace xvrrp::config
