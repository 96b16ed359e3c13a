// SPDX-License-Identifier: BSD-2-Clause
#include "config/traced_text.hpp"

#include <algorithm>

namespace xvrrp::config {

void traced_text::blank_until(std::size_t end)
{
    std::fill_n(text_.begin(), std::min(end, text_.size()), ' ');
}

void traced_text::cut(std::size_t size)
{
    if (size >= text_.size()) {
        return;
    }
    text_.resize(size);
    std::erase_if(parts_, [size](const replaced_part& each) { return each.begin >= size; });
    if (!parts_.empty()) {
        replaced_part& last = parts_.back();
        last.length = std::min(last.length, static_cast<std::uint32_t>(size) - last.begin);
    }
}

void traced_text::replace(std::size_t begin, std::size_t length, std::string_view value,
                          const std::shared_ptr<const definition>& from)
{
    const auto first = static_cast<std::uint32_t>(begin);
    const auto last = static_cast<std::uint32_t>(begin + length);
    // A value that has variables in it is one part; so is what is put together from several.
    replaced_part made{
        .begin = first, .length = last - first, .original_begin = first, .original_length = last - first, .from = from};
    std::int64_t shift = 0; // from the line to the file's line, before the new part
    auto at = parts_.begin();
    for (; at != parts_.end() && at->begin + at->length <= first; ++at) {
        shift += std::int64_t{at->original_length} - at->length;
    }
    made.original_begin = static_cast<std::uint32_t>(first + shift);
    std::int64_t end_shift = shift;
    auto beyond = at;
    std::uint32_t end = last;
    for (; beyond != parts_.end() && beyond->begin < last; ++beyond) {
        if (beyond->begin <= made.begin) {
            made.begin = beyond->begin;
            made.original_begin = beyond->original_begin;
            made.from = beyond->from;
        }
        end = std::max(end, beyond->begin + beyond->length);
        end_shift += std::int64_t{beyond->original_length} - beyond->length;
    }
    made.original_length = static_cast<std::uint32_t>(end + end_shift) - made.original_begin;
    made.length = end - made.begin + static_cast<std::uint32_t>(value.size()) - (last - first);
    for (auto each = beyond; each != parts_.end(); ++each) {
        each->begin += static_cast<std::uint32_t>(value.size()) - (last - first);
    }
    parts_.insert(parts_.erase(at, beyond), std::move(made));
    text_.replace(begin, length, value);
}

} // namespace xvrrp::config
