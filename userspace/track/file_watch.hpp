// SPDX-License-Identifier: BSD-2-Clause
//
// Watches tracked files. What happens to a file's entry in its directory, and its end of being written, is seen at once
// (inotify(7)); everything else within a second, by a look at it: a directory that comes later, a link on the way that
// points elsewhere, truncate(2), network file systems. Belongs to the watching thread: a file can take its time.
#pragma once

#include <sys/stat.h>

#include <chrono>
#include <ctime>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "track/watch_messages.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/descriptor.hpp"
#include "xvrrp/types.hpp"

namespace xvrrp::track {

class file_watch {
public:
    static constexpr std::chrono::seconds look_interval{1};

    /// `may_overwrite`: files that are there already (init_file). Tells all numbers, known before or not.
    [[nodiscard]] watch_news configure(std::span<const track_file> wanted, bool may_overwrite, time_point now);

    /// Readable when something happened; -1: nothing is watched by the kernel.
    [[nodiscard]] int fd() const { return inotify_.get(); }
    /// None: there are no files.
    [[nodiscard]] std::optional<time_point> next_look() const;
    /// What has happened since. At or after next_look(), also looks at the files.
    [[nodiscard]] watch_news look(time_point now);

private:
    /// What a file looked like.
    struct appearance {
        bool there = false;
        dev_t device = 0;
        ino_t number = 0;
        off_t size = 0;
        std::int64_t seconds = 0, nanoseconds = 0; ///< its last change
        friend bool operator==(const appearance&, const appearance&) = default;
    };
    struct entry {
        track_file config;
        std::optional<int> number;
        appearance read_as;                 ///< when it was read
        appearance seen_as;                 ///< at the last look
        time_point seen_at{};               ///< for the first time so
        std::set<int> watches;              ///< of its directories
        std::set<std::string> names;        ///< that it has there
        std::optional<std::string> trouble; ///< that was told
    };

    static appearance appearance_of(const std::string& path);
    static void start_file(const track_file& file, bool may_overwrite, watch_news& news);
    void watch(entry& file);
    void watch_directory(entry& file, const std::string& path);
    static void read(entry& file, watch_news& news);
    void take_events(watch_news& news);
    void look_at(entry& file, time_point now, watch_news& news);

    descriptor inotify_;
    std::vector<entry> files_;
    time_point next_look_{};
};

} // namespace xvrrp::track
