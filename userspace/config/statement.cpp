// SPDX-License-Identifier: BSD-2-Clause
//
// The blocks, kept as a stack of open ones: no recursion, however deep the text is. Called by load.
#include "config/statement.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

#include "config/reporter.hpp"

namespace xvrrp::config {
namespace {

/// Keywords whose block can't stand inside another block. (track_file, track_group and others can.)
constexpr std::array<std::string_view, 8> root_blocks{"global_defs",          "vrrp_instance",     "vrrp_sync_group",
                                                      "vrrp_script",          "bfd_instance",      "virtual_server",
                                                      "virtual_server_group", "vrrp_track_process"};

std::string title_of(const statement& block)
{
    std::string title = block.keyword().text;
    if (block.words.size() > 1) {
        title += ' ' + block.words[1].text;
    }
    return title;
}

class builder {
public:
    explicit builder(reporter& report) : report_(report) { frames_.emplace_back(); }

    void add_line(std::vector<token> tokens)
    {
        closed_in_line_ = false;
        for (token& each : tokens) {
            switch (each.kind) {
            case token_kind::word:
                add_word(std::move(each));
                break;
            case token_kind::open_brace:
                open(each.where);
                break;
            case token_kind::close_brace:
                close(each.where);
                break;
            }
        }
        if (!words_.empty()) {
            finish_statement();
            may_get_block_ = true;
        }
    }

    std::vector<statement> finish()
    {
        for (; frames_.size() > 1; leave_frame()) {
            const frame& top = frames_.back();
            report_.error(top.opened, fmt::format("this block has no end; add the missing '}}'"));
        }
        return std::move(frames_.front().content.block);
    }

private:
    struct frame {
        statement content; ///< no words: the outermost, or a block without a keyword
        place opened;
    };

    void add_word(token word)
    {
        if (closed_in_line_ && words_.empty()) {
            report_.warning(word.where, "nothing may follow '}' in its line; begin a new line");
        }
        words_.push_back(std::move(word));
    }

    void finish_statement()
    {
        frames_.back().content.block.push_back({.words = std::move(words_), .has_block = false, .block = {}});
        words_.clear();
    }

    void open(place where)
    {
        if (words_.empty() && may_get_block_) {
            words_ = std::move(frames_.back().content.block.back().words);
            frames_.back().content.block.pop_back();
        }
        may_get_block_ = false;
        if (words_.empty()) {
            report_.error(where, "this '{' has no keyword before it; the block is left out");
        } else {
            leave_unclosed_blocks();
        }
        if (frames_.size() == deepest_block + 1) {
            report_.error(where,
                          fmt::format("blocks within blocks, more than {}; this one is left out", deepest_block));
        }
        frames_.push_back({.content = {.words = std::move(words_), .has_block = true, .block = {}}, .opened = where});
        words_.clear();
    }

    /// A keyword that stands only at the root begins here: whatever is open lacks its '}'.
    void leave_unclosed_blocks()
    {
        const token& keyword = words_.front();
        if (frames_.size() == 1 || frames_[1].content.words.empty() ||
            std::ranges::find(root_blocks, keyword.text) == root_blocks.end()) {
            return;
        }
        const frame& outer = frames_[1];
        report_.error(keyword.where,
                      fmt::format("{} can't stand inside {} ({}); a '}}' is missing before this line", keyword.text,
                                  title_of(outer.content), line_name(outer.opened, keyword.where)));
        while (frames_.size() > 1) {
            leave_frame();
        }
    }

    void close(place where)
    {
        if (!words_.empty()) {
            finish_statement();
        }
        may_get_block_ = false;
        closed_in_line_ = true;
        if (frames_.size() == 1) {
            report_.error(where, "this '}' closes nothing; remove it, or add the '{' that it belongs to");
            return;
        }
        leave_frame();
    }

    void leave_frame()
    {
        statement done = std::move(frames_.back().content);
        const bool too_deep = frames_.size() > deepest_block + 1;
        frames_.pop_back();
        if (!done.words.empty() && !too_deep) {
            frames_.back().content.block.push_back(std::move(done));
        }
    }

    reporter& report_;
    std::vector<frame> frames_;
    std::vector<token> words_;
    bool may_get_block_ = false; ///< the last statement stands alone in its line: '{' may still follow
    bool closed_in_line_ = false;
};

} // namespace

std::vector<statement> build_statements(const source_text& lines, reporter& report)
{
    builder building(report);
    for (const source_line& line : lines) {
        building.add_line(lex(line, report));
    }
    return building.finish();
}

} // namespace xvrrp::config
