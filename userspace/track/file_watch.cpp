// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/file_watch.hpp"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "track/file_number.hpp"

namespace xvrrp::track {
namespace {

/// Of a directory: the ends of writing a file in it, and what happens to its entries.
constexpr std::uint32_t wanted_events = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
/// A file that is being written isn't read before so much time has passed without a further change, unless it is
/// closed.
constexpr std::chrono::seconds settled_after{1};

struct path_parts {
    std::string directory;
    std::string name;
};

path_parts split(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return {.directory = slash == 0 ? "/" : path.substr(0, slash), .name = path.substr(slash + 1)};
}

std::optional<std::string> real_path(const std::string& path)
{
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    return real ? std::optional<std::string>(real.get()) : std::nullopt;
}

std::string reason(int code)
{
    return std::strerror(code); // NOLINT(concurrency-mt-unsafe): glibc's has a buffer for each thread
}

/// What a file says; an error that is worth telling.
struct reading {
    std::optional<int> number = 0;
    std::string trouble;
};

reading read_file(const std::string& path)
{
    const descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file) {
        const bool missing = errno == ENOENT || errno == ENOTDIR;
        return {.trouble = missing ? "" : "can't be read (" + reason(errno) + "); its number counts as 0"};
    }
    std::array<char, number_room> room{};
    const ssize_t length = ::read(file.get(), room.data(), room.size());
    if (length < 0) {
        return {.trouble = "can't be read (" + reason(errno) + "); its number counts as 0"};
    }
    reading made{.number = read_number({room.data(), static_cast<std::size_t>(length)}), .trouble = {}};
    if (!made.number) {
        made.trouble = "has a number that is too large; it is ignored";
    }
    return made;
}

} // namespace

watch_news file_watch::configure(std::span<const track_file> wanted, bool may_overwrite, time_point now)
{
    watch_news news;
    std::vector<entry> before = std::exchange(files_, {});
    if (!wanted.empty() && !inotify_) {
        inotify_ = descriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
        if (!inotify_) {
            news.remarks.push_back("inotify: " + reason(errno) + "; tracked files are looked at once a second");
        }
    }
    for (const track_file& each : wanted) {
        const auto same = std::ranges::find_if(
            before, [&](const entry& old) { return old.config.name == each.name && old.config.path == each.path; });
        if (same != before.end()) {
            files_.push_back(std::move(*same));
            files_.back().config = each;
            before.erase(same);
        } else {
            start_file(each, may_overwrite, news);
            files_.emplace_back().config = each;
            watch(files_.back());
        }
        read(files_.back(), news);
        news.numbers[each.name] = files_.back().number.value_or(0);
    }
    for (const entry& gone : before) {
        for (const int watched : gone.watches) {
            const bool used =
                std::ranges::any_of(files_, [watched](const entry& each) { return each.watches.contains(watched); });
            if (!used) {
                ::inotify_rm_watch(inotify_.get(), watched);
            }
        }
    }
    next_look_ = now + look_interval;
    return news;
}

/// init_file.
void file_watch::start_file(const track_file& file, bool may_overwrite, watch_news& news)
{
    struct stat there{};
    const bool exists = ::stat(file.path.c_str(), &there) == 0;
    if (!file.start || (exists && (!file.start->overwrite || !may_overwrite))) {
        return;
    }
    if (exists && !S_ISREG(there.st_mode)) {
        news.remarks.push_back("Cannot initialise track file " + file.name + " - it is not a regular file");
        return;
    }
    constexpr mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
    const descriptor opened(
        ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode));
    const std::string text = std::to_string(file.start->value) + "\n";
    if (!opened || ::write(opened.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        news.remarks.push_back("Unable to initialise track file " + file.name + ": " + reason(errno));
    }
}

/// Where it is named, and where links lead from there. Again and again: what is watched already stays as it is.
void file_watch::watch(entry& file)
{
    if (!inotify_) {
        return;
    }
    file.watches.clear();
    file.names.clear();
    watch_directory(file, file.config.path);
    if (const auto real = real_path(file.config.path); real && *real != file.config.path) {
        watch_directory(file, *real);
    }
}

void file_watch::watch_directory(entry& file, const std::string& path)
{
    const path_parts parts = split(path);
    const int watched = ::inotify_add_watch(inotify_.get(), parts.directory.c_str(), wanted_events | IN_ONLYDIR);
    if (watched >= 0) {
        file.watches.insert(watched);
        file.names.insert(parts.name);
    }
}

file_watch::appearance file_watch::appearance_of(const std::string& path)
{
    struct stat file{};
    if (::stat(path.c_str(), &file) != 0) {
        return {};
    }
    return {.there = true,
            .device = file.st_dev,
            .number = file.st_ino,
            .size = file.st_size,
            .seconds = file.st_mtim.tv_sec,
            .nanoseconds = file.st_mtim.tv_nsec};
}

void file_watch::read(entry& file, watch_news& news)
{
    file.read_as = file.seen_as = appearance_of(file.config.path);
    const reading made = read_file(file.config.path);
    if (!made.trouble.empty() && file.trouble != made.trouble) {
        news.remarks.push_back("track_file " + file.config.name + ": " + file.config.path + " " + made.trouble);
    }
    file.trouble = made.trouble.empty() ? std::nullopt : std::optional(made.trouble);
    if (made.number && file.number != made.number) {
        file.number = made.number;
        news.numbers[file.config.name] = *made.number;
    }
}

std::optional<time_point> file_watch::next_look() const
{
    return files_.empty() ? std::nullopt : std::optional(next_look_);
}

watch_news file_watch::look(time_point now)
{
    watch_news news;
    take_events(news);
    if (next_look_ <= now) {
        next_look_ = now + look_interval;
        for (entry& each : files_) {
            look_at(each, now, news);
        }
    }
    return news;
}

void file_watch::look_at(entry& file, time_point now, watch_news& news)
{
    watch(file);
    const appearance present = appearance_of(file.config.path);
    if (present != file.seen_as) {
        file.seen_as = present;
        file.seen_at = now;
    }
    const bool settled = !present.there || file.seen_at + settled_after <= now;
    if (present != file.read_as && settled) {
        read(file, news);
    }
}

void file_watch::take_events(watch_news& news)
{
    if (!inotify_) {
        return;
    }
    alignas(inotify_event) std::array<char, 16 * (sizeof(inotify_event) + NAME_MAX + 1)> room; // NOLINT: filled below
    std::set<std::pair<int, std::string>> happened;
    ssize_t length = 0;
    while ((length = ::read(inotify_.get(), room.data(), room.size())) > 0) {
        for (std::size_t at = 0; at < static_cast<std::size_t>(length);) {
            inotify_event what{};
            std::memcpy(&what, &room.at(at), sizeof what);
            // Of a file that was just made the end of being written comes; of a link nothing else does.
            if (what.len > 0) {
                happened.emplace(what.wd, std::string(&room.at(at + sizeof what)));
            }
            at += sizeof what + what.len;
        }
    }
    for (entry& each : files_) {
        const bool concerned = std::ranges::any_of(happened, [&each](const auto& what) {
            return each.watches.contains(what.first) && each.names.contains(what.second);
        });
        if (concerned) {
            watch(each);
            read(each, news);
        }
    }
}

} // namespace xvrrp::track
