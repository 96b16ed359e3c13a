// SPDX-License-Identifier: BSD-2-Clause
//
// fast_detect: one line of parts in any order. keepalived skips an unknown line but takes the end of an unknown block
// for the end of the block around it, so what is ours stays on one line.
#include <algorithm>
#include <array>
#include <span>

#include "config/handlers.hpp"
#include "config/suggestion.hpp"

namespace xvrrp::config {
namespace {

using namespace std::chrono_literals;

constexpr duration shortest_interval = 100us;
constexpr duration longest_interval = 1s;
constexpr duration shortest_hang_limit = 10ms;
constexpr duration longest_hang_limit = 300s;
constexpr std::int64_t fewest_misses = 2;
constexpr std::int64_t most_misses = 20;

constexpr std::string_view left_out = "it is left out";

class line_reader {
public:
    line_reader(const statement& what, reporter& report) : rest_(what.arguments()), report_(report) {}

    fast_detect_draft run()
    {
        while (!rest_.empty()) {
            const token& name = rest_.front();
            rest_ = rest_.subspan(1);
            const auto* const part = std::ranges::find(parts, name.text, &row::name);
            if (part == parts.end()) {
                skip_unknown(name);
            } else {
                (this->*part->read)(name);
            }
        }
        return draft_;
    }

private:
    struct row {
        std::string_view name;
        void (line_reader::*read)(const token& name);
    };
    static const std::array<row, 5> parts;

    static bool is_part(const token& word) { return std::ranges::find(parts, word.text, &row::name) != parts.end(); }

    /// With whatever would belong to it: one message is enough.
    void skip_unknown(const token& name)
    {
        std::array<std::string_view, parts.size()> names{};
        std::ranges::transform(parts, names.begin(), &row::name);
        const auto meant = nearest(name.text, names);
        report_.error(name.where,
                      fmt::format("'{}' is left out{}: fast_detect takes interval TIME, multiplier NUMBER, hang_limit "
                                  "TIME, method sbfd|off, or off",
                                  name.text, meant ? fmt::format(" (did you mean '{}'?)", *meant) : ""));
        while (!rest_.empty() && !is_part(rest_.front())) {
            rest_ = rest_.subspan(1);
        }
    }

    /// The word behind a part's name; null, with an error, if there is none.
    const token* value_of(const token& name, std::string_view takes)
    {
        const bool is_method_off = name.text == "method" && !rest_.empty() && rest_.front().text == "off";
        if (rest_.empty() || (is_part(rest_.front()) && !is_method_off)) {
            report_.error(name.where, fmt::format("{} needs {} behind it; {}", name.text, takes, left_out));
            return nullptr;
        }
        const token& word = rest_.front();
        rest_ = rest_.subspan(1);
        return &word;
    }

    template <class T> void store(setting<T>& into, const token& name, T value)
    {
        if (into) {
            report_.warning(name.where, fmt::format("{} stands twice in this line; the last one counts",
                                                    name.text == "off" ? "method" : name.text));
        }
        into = {.value = value, .where = name.where};
    }

    void read_time(setting<duration>& into, const token& name, duration least, duration most)
    {
        const std::string takes =
            fmt::format("a time with its unit from {} to {}", duration_text(least), duration_text(most));
        const token* const word = value_of(name, takes);
        if (word == nullptr) {
            return;
        }
        const auto time = parse_duration(word->text);
        if (!time || *time < least || *time > most) {
            report_.error(word->where,
                          fmt::format("{} takes {}, not '{}'; {}", name.text, takes, word->text, left_out));
            return;
        }
        store(into, name, *time);
    }

    void read_interval(const token& name) { read_time(draft_.interval, name, shortest_interval, longest_interval); }

    void read_hang_limit(const token& name)
    {
        read_time(draft_.hang_limit, name, shortest_hang_limit, longest_hang_limit);
    }

    void read_multiplier(const token& name)
    {
        const std::string takes = fmt::format("a whole number from {} to {}", fewest_misses, most_misses);
        const token* const word = value_of(name, takes);
        if (word == nullptr) {
            return;
        }
        const auto number = parse_integer(word->text);
        if (!number || *number < fewest_misses || *number > most_misses) {
            report_.error(word->where,
                          fmt::format("{} takes {}, not '{}'; {}", name.text, takes, word->text, left_out));
            return;
        }
        store(draft_.multiplier, name, static_cast<std::uint32_t>(*number));
    }

    void read_method(const token& name)
    {
        constexpr std::string_view takes = "sbfd or off";
        const token* const word = value_of(name, takes);
        if (word == nullptr) {
            return;
        }
        if (word->text != "sbfd" && word->text != "off") {
            report_.error(word->where,
                          fmt::format("{} takes {}, not '{}'; {}", name.text, takes, word->text, left_out));
            return;
        }
        store(draft_.enabled, name, word->text == "sbfd");
    }

    void read_off(const token& name) { store(draft_.enabled, name, false); }

    std::span<const token> rest_;
    reporter& report_;
    fast_detect_draft draft_;
};

const std::array<line_reader::row, 5> line_reader::parts{{{"interval", &line_reader::read_interval},
                                                          {"multiplier", &line_reader::read_multiplier},
                                                          {"hang_limit", &line_reader::read_hang_limit},
                                                          {"method", &line_reader::read_method},
                                                          {"off", &line_reader::read_off}}};

} // namespace

fast_detect_draft read_fast_detect_parts(const statement& what, reporter& report)
{
    return line_reader(what, report).run();
}

} // namespace xvrrp::config
