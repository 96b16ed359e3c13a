// SPDX-License-Identifier: BSD-2-Clause
//
// Collects what the layers of the reader report, each at its place, and hands it over in the order of the file.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/source.hpp"

namespace xvrrp::config {

class reporter {
public:
    void note(place where, std::string text) { add(severity::note, where, std::move(text)); }
    void warning(place where, std::string text) { add(severity::warning, where, std::move(text)); }
    void error(place where, std::string text) { add(severity::error, where, std::move(text)); }

    /// True the first time that it is asked for this key: for what is said once for a whole file.
    [[nodiscard]] bool first_time(std::string_view key) { return said_.emplace(key).second; }

    /// The line may hold a password: no message shows more of it than its first word, and none of its words is named.
    void keep_secret(place where) { secret_.insert(where.line->sequence); }
    [[nodiscard]] bool is_secret(place where) const { return secret_.contains(where.line->sequence); }

    /// In the order of the file. Past the first 500 messages, one message stands for all that follow.
    [[nodiscard]] std::vector<diagnostic> take();

private:
    struct entry {
        std::uint32_t sequence = 0; ///< of its line
        std::size_t order = 0;      ///< in which it came
        diagnostic message;
    };
    void add(severity level, place where, std::string text);

    std::vector<entry> entries_;
    std::set<std::string, std::less<>> said_;
    std::set<std::uint32_t> secret_; ///< by the sequence of the line
    std::size_t left_out_ = 0;
    severity worst_left_out_ = severity::note;
};

/// Where a place is, for values that outlive the text.
source_location locate(place where);

} // namespace xvrrp::config
