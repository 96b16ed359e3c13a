// SPDX-License-Identifier: BSD-2-Clause
//
// The table of track_file, the block that stands outside every other.
#include <algorithm>
#include <array>

#include "config/handlers.hpp"
#include "config/tables.hpp"

namespace xvrrp::config {
namespace {

using target = track_file_draft;

/// The kernel takes no longer one (PATH_MAX).
constexpr std::size_t longest_path = 4095;

void read_path(target& file, const statement& what, reporter& report)
{
    const token& word = what.words[1];
    if (file.path) {
        report.error(word.where, fmt::format("File already set for track file {} - ignoring {}", file.name, word.text));
        return;
    }
    const bool has_control =
        std::ranges::any_of(word.text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (!word.text.starts_with('/') || word.text.ends_with('/') || word.text.size() > longest_path || has_control) {
        report_value(what, "the path of a file, beginning with '/'", report);
        return;
    }
    file.path = {.value = word.text, .where = word.where};
}

void read_own_weight(target& file, const statement& what, reporter& report)
{
    if (const auto weight = read_weight_words(what.words, tracked_files.noun, report, tracked_files.most)) {
        file.weight = {.value = *weight, .where = what.words[1].where};
    }
}

/// `init_file [VALUE] [overwrite]`
void read_start(target& file, const statement& what, reporter& report)
{
    file_start start;
    for (const token& word : what.arguments()) {
        constexpr std::int64_t most = 2147483647;
        const auto value = parse_integer(word.text);
        if (word.text == "overwrite") {
            start.overwrite = true;
        } else if (value && *value >= -most - 1 && *value <= most) {
            start.value = static_cast<int>(*value);
        } else {
            report.error(word.where, fmt::format("init_file takes a whole number and 'overwrite', not '{}'; it is "
                                                 "left out",
                                                 word.text));
        }
    }
    file.start = {.value = start, .where = what.keyword().where};
}

constexpr auto table = std::to_array<keyword<target>>({
    once_keyword<target>("file", read_path, 1, 1),
    value_keyword<target>("weight", read_own_weight, 1, 2),
    value_keyword<target>("init_file", read_start, 0, 2),
});

} // namespace

std::span<const keyword<track_file_draft>> track_file_keywords()
{
    return table;
}

void read_track_file(file_draft& file, const statement& what, reporter& report)
{
    const token& name = what.words[1];
    if (name.text.empty() || name.text.size() > longest_name) {
        report.error(name.where,
                     fmt::format("a track_file needs a name of 1 to {} bytes; the block is left out", longest_name));
        return;
    }
    const auto same = std::ranges::find(file.files, name.text, &track_file_draft::name);
    if (same != file.files.end()) {
        report.error(name.where, fmt::format("track_file {} stands in {} already; this one is left out", name.text,
                                             line_name(same->where, name.where)));
        return;
    }
    track_file_draft& made = file.files.emplace_back();
    made.name = name.text;
    made.where = name.where;
    read_block(track_file_keywords(), "a track_file block", what.block, made, report);
}

} // namespace xvrrp::config
