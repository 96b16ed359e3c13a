// SPDX-License-Identifier: BSD-2-Clause
//
// One pass goes through the line from left to right and into each value; passes are repeated until nothing changes.
#include "config/substitution.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/core.h>

namespace xvrrp::config {
namespace {

constexpr int most_passes = 16;

struct reference {
    std::size_t begin = 0;
    std::size_t length = 0;
    std::string_view name;
    std::string_view arguments; ///< of a built-in variable
};

/// `${NAME}` or `${NAME ARGUMENTS}`.
std::optional<reference> braced_reference(std::string_view text, std::size_t begin)
{
    const std::size_t name = begin + 2;
    const std::size_t length = name_length(text.substr(name));
    const std::size_t close = text.find('}', name + length);
    if (length == 0 || close == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view behind = text.substr(name + length, close - name - length);
    if (!behind.empty() && blanks.find(behind.front()) == std::string_view::npos) {
        return std::nullopt;
    }
    return reference{
        .begin = begin, .length = close + 1 - begin, .name = text.substr(name, length), .arguments = trimmed(behind)};
}

std::optional<reference> reference_at(std::string_view text, std::size_t begin, std::string_view ends)
{
    if (text.substr(begin).starts_with("${")) {
        return braced_reference(text, begin);
    }
    const std::size_t length = name_length(text.substr(begin + 1));
    const std::size_t end = begin + 1 + length;
    if (length == 0 || (end < text.size() && ends.find(text[end]) == std::string_view::npos)) {
        return std::nullopt;
    }
    return reference{.begin = begin, .length = end - begin, .name = text.substr(begin + 1, length), .arguments = {}};
}

class substitution {
public:
    substitution(traced_text& line, std::string_view ends, const definitions& defined, const built_in_values& built_in,
                 const std::shared_ptr<const expansion_step>& inside)
        : line_(line), ends_(ends), defined_(defined), built_in_(built_in), inside_(inside)
    {
    }

    substituted run()
    {
        for (int pass = 0; pass < most_passes; ++pass) {
            const std::size_t before = done_.replacements;
            run_pass();
            if (done_.problem || done_.replacements == before) {
                return std::move(done_);
            }
        }
        fail(0, "its variables never come to an end");
        return std::move(done_);
    }

private:
    /// A definition whose value the line has up to `end`.
    struct open_value {
        std::shared_ptr<const definition> of;
        std::size_t end = 0;
    };

    void run_pass()
    {
        open_.clear();
        std::size_t at = line_.view().find('$');
        while (at != std::string_view::npos && !done_.problem) {
            std::erase_if(open_, [at](const open_value& each) { return each.end <= at; });
            const auto found = reference_at(line_.view(), at, ends_);
            const std::size_t next = found ? replace(*found) : at + 1;
            at = line_.view().find('$', next);
        }
    }

    /// Where to go on.
    std::size_t replace(const reference& what)
    {
        const std::size_t beyond = what.begin + 1;
        const auto defined = what.arguments.empty() ? defined_.find(what.name) : nullptr;
        if (!defined) {
            const auto value = built_in_(what.name, what.arguments);
            if (!value) {
                return beyond;
            }
            put(what, *value, nullptr);
            return what.begin + value->size();
        }
        if (std::string chain = chain_back_to(defined); !chain.empty()) {
            fail(what.begin, fmt::format("${} stands for itself ({})", defined->name, chain));
            return beyond;
        }
        if (!defined->has_several_lines()) {
            put(what, defined->value(), defined);
            return what.begin;
        }
        return what.begin + what.length == line_.view().size() ? replace_by_lines(what, defined) : leave(what, defined);
    }

    std::size_t leave(const reference& what, const std::shared_ptr<const definition>& defined)
    {
        done_.not_at_the_end = defined;
        done_.not_at_the_end_at = what.begin;
        return what.begin + 1;
    }

    /// The first line stands behind what is before it, unless that is nothing: then it is a line like the others.
    std::size_t replace_by_lines(const reference& what, const std::shared_ptr<const definition>& defined)
    {
        const bool alone = trimmed(line_.view().substr(0, what.begin)).empty();
        done_.following.insert(done_.following.begin(), {.from = defined, .first = alone ? 0U : 1U});
        put(what, alone ? std::string_view() : defined->value(), defined);
        return what.begin;
    }

    void put(const reference& what, std::string_view value, const std::shared_ptr<const definition>& from)
    {
        const std::size_t end = what.begin + what.length;
        line_.replace(what.begin, what.length, value, from);
        for (open_value& each : open_) {
            each.end = each.end < end ? what.begin + value.size() : each.end - what.length + value.size();
        }
        if (from) {
            open_.push_back({.of = from, .end = what.begin + value.size()});
        }
        done_.changed = true;
        ++done_.replacements;
        if (done_.replacements > most_replacements) {
            fail(what.begin, fmt::format("it has more than {} variables", most_replacements));
        } else if (line_.view().size() > longest_expanded_line) {
            fail(what.begin, fmt::format("with its variables it has more than {} bytes", longest_expanded_line));
        }
    }

    /// "$A → $B → $A" if the definition is being replaced already.
    [[nodiscard]] std::string chain_back_to(const std::shared_ptr<const definition>& what) const
    {
        std::string chain;
        for (const open_value& open : std::views::reverse(open_)) {
            chain = fmt::format("${} → {}", open.of->name, chain);
            if (open.of == what) {
                return chain + "$" + what->name;
            }
        }
        for (auto step = inside_; step; step = step->outer) {
            if (step->used) {
                chain = fmt::format("${} → {}", step->used->name, chain);
            }
            if (step->used == what) {
                return chain + "$" + what->name;
            }
        }
        return {};
    }

    void fail(std::size_t at, std::string problem)
    {
        done_.problem = std::move(problem);
        done_.problem_at = at;
    }

    traced_text& line_;
    std::string_view ends_;
    const definitions& defined_;
    const built_in_values& built_in_;
    const std::shared_ptr<const expansion_step>& inside_;
    std::vector<open_value> open_;
    substituted done_;
};

} // namespace

substituted substitute(traced_text& line, std::string_view ends, const definitions& defined,
                       const built_in_values& built_in, const std::shared_ptr<const expansion_step>& inside)
{
    return substitution(line, ends, defined, built_in, inside).run();
}

} // namespace xvrrp::config
