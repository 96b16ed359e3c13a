// SPDX-License-Identifier: BSD-2-Clause
//
// The tables of keywords: one for each block, one row for each keyword. A row says what a statement must look like and
// who reads it; reading a block is looking its statements up.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/reporter.hpp"
#include "config/statement.hpp"

namespace xvrrp::config {

enum class keyword_effect : std::uint8_t {
    works,
    later,    ///< known, has no effect yet: one warning for a file
    absent,   ///< known, and what it switches isn't there for good: one warning for a file, with what is there instead
    accepted, ///< known, and nothing is missing without it: one note for a file
    lvs       ///< load balancing: one warning for all of it
};

enum class keyword_block : std::uint8_t { none, required };

/// What doesn't depend on the block that a keyword stands in.
struct keyword_row {
    std::string_view name;
    keyword_effect effect = keyword_effect::works;
    keyword_block block = keyword_block::none;
    std::uint8_t least_arguments = 0;
    std::uint8_t most_arguments = 0;
    std::string_view instead = {}; ///< of absent
    bool first_counts = false;     ///< given twice; it is its handler that says so
};

template <class Target> struct keyword {
    keyword_row row;
    void (*handle)(Target&, const statement&, reporter&) = nullptr; ///< set if the keyword works
};

template <class Target> using handler = void (*)(Target&, const statement&, reporter&);

/// A keyword with as many values in its line as said; given twice, the last one counts, with a warning.
template <class Target>
constexpr keyword<Target> value_keyword(std::string_view name, handler<Target> handle, std::uint8_t least = 1,
                                        std::uint8_t most = 1)
{
    return {.row = {.name = name, .least_arguments = least, .most_arguments = most}, .handle = handle};
}

/// The same; given twice, the handler leaves the second one out.
template <class Target>
constexpr keyword<Target> once_keyword(std::string_view name, handler<Target> handle, std::uint8_t least,
                                       std::uint8_t most)
{
    return {.row = {.name = name, .least_arguments = least, .most_arguments = most, .first_counts = true},
            .handle = handle};
}

template <class Target>
constexpr keyword<Target> block_keyword(std::string_view name, handler<Target> handle, std::uint8_t least = 0,
                                        std::uint8_t most = 0)
{
    return {.row = {.name = name, .block = keyword_block::required, .least_arguments = least, .most_arguments = most},
            .handle = handle};
}

template <class Target>
constexpr keyword<Target> known_keyword(std::string_view name, keyword_effect effect, std::string_view instead = {})
{
    return {.row = {.name = name, .effect = effect, .instead = instead}};
}

/// Whether the statement has the row's form. Too few arguments or a missing block: an error and false. Too many
/// arguments or a block where none belongs: a warning and true.
bool has_form(const keyword_row& row, const statement& what, reporter& report);

/// Says once for a file that a known keyword has no effect.
void report_without_effect(const keyword_row& row, const statement& what, reporter& report);

/// "unknown keyword", with what may be meant: nearly a keyword of this block, or a keyword of another.
void report_unknown(const statement& what, std::string_view block, std::span<const std::string_view> known_here,
                    reporter& report);

/// Warns of a keyword that stood in this block before.
class repetition_check {
public:
    void see(const keyword_row& row, const statement& what, reporter& report);

private:
    std::map<std::string_view, place> first_;
};

template <class Target> std::vector<std::string_view> names_of(std::span<const keyword<Target>> table)
{
    std::vector<std::string_view> names;
    names.reserve(table.size());
    for (const keyword<Target>& each : table) {
        names.push_back(each.row.name);
    }
    return names;
}

/// Reads the statements of one block (named for messages) into `target`. What is unknown is skipped, its block with it.
template <class Target>
void read_block(std::span<const keyword<Target>> table, std::string_view block, std::span<const statement> statements,
                Target& target, reporter& report)
{
    repetition_check repetitions;
    for (const statement& each : statements) {
        const keyword<Target>* found = nullptr;
        for (const keyword<Target>& candidate : table) {
            if (candidate.row.name == each.keyword().text) {
                found = &candidate;
                break;
            }
        }
        if (found == nullptr) {
            report_unknown(each, block, names_of(table), report);
        } else if (found->row.effect != keyword_effect::works) {
            report_without_effect(found->row, each, report);
        } else if (has_form(found->row, each, report)) {
            repetitions.see(found->row, each, report);
            found->handle(target, each, report);
        }
    }
}

} // namespace xvrrp::config
