// SPDX-License-Identifier: BSD-2-Clause
//
// See the header.
#include "track/script_rules.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "xvrrp/result.hpp"

namespace xvrrp::track {
namespace {

constexpr const char* default_user = "keepalived_script";

struct user_entry {
    uid_t uid = 0;
    gid_t gid = 0;
};

/// Room for an entry of the user or group database.
constexpr std::size_t entry_room = 65536;

std::optional<user_entry> find_user(const std::string& name)
{
    std::vector<char> room(entry_room);
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr) {
        return std::nullopt;
    }
    return user_entry{.uid = entry.pw_uid, .gid = entry.pw_gid};
}

std::optional<gid_t> find_group(const std::string& name)
{
    std::vector<char> room(entry_room);
    group entry{};
    group* found = nullptr;
    if (::getgrnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0 || found == nullptr) {
        return std::nullopt;
    }
    return entry.gr_gid;
}

result<void> resolve(script_account& account)
{
    if (account.user.empty()) {
        const auto user = find_user(default_user);
        account.user = user ? default_user : "";
        account.uid = user ? user->uid : ::geteuid();
        account.gid = user ? user->gid : ::getegid();
        return {};
    }
    const auto user = find_user(account.user);
    if (!user) {
        return fail("Script user '" + account.user + "' does not exist");
    }
    account.uid = user->uid;
    account.gid = user->gid;
    if (!account.group.empty()) {
        const auto named = find_group(account.group);
        if (!named) {
            return fail("Script group '" + account.group + "' does not exist");
        }
        account.gid = *named;
    }
    return {};
}

bool is_executable_by(const struct stat& file, const script_account& account)
{
    if (account.uid == 0) {
        return (file.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    }
    if (file.st_uid == account.uid) {
        return (file.st_mode & S_IXUSR) != 0;
    }
    return (file.st_mode & (file.st_gid == account.gid ? S_IXGRP : S_IXOTH)) != 0;
}

/// In a sticky directory nobody can exchange what belongs to another.
bool is_writable_by_others(const struct stat& file)
{
    const bool sticky_directory = S_ISDIR(file.st_mode) && (file.st_mode & S_ISVTX) != 0;
    return file.st_uid != 0 || (file.st_gid != 0 && (file.st_mode & S_IWGRP) != 0) ||
           ((file.st_mode & S_IWOTH) != 0 && !sticky_directory);
}

/// The file and every directory above it, behind symbolic links.
bool is_safe(const std::string& path)
{
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    if (!real) {
        return false;
    }
    std::string part = real.get();
    while (true) {
        struct stat file{};
        if (::stat(part.empty() ? "/" : part.c_str(), &file) != 0 || is_writable_by_others(file)) {
            return false;
        }
        if (part.empty()) {
            return true;
        }
        part.erase(part.rfind('/'));
    }
}

std::optional<std::string> find_in_path(const std::string& name)
{
    const char* const given = std::getenv("PATH");
    std::string_view rest = given != nullptr ? given : "/usr/sbin:/usr/bin:/sbin:/bin";
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const std::string_view directory = rest.substr(0, end);
        std::string path = std::string(directory) + "/" + name;
        if (directory.starts_with('/') && ::access(path.c_str(), X_OK) == 0) {
            return path;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

/// What the rules are applied to, whatever runs it.
struct subject {
    const source_location& where;
    std::string& command; ///< without its arguments
    script_account& account;
    std::string missing;     ///< what is said of one that can't be accessed, before the reason
    std::string consequence; ///< of being refused
};

class rules {
public:
    explicit rules(bool security) : security_(security) {}

    /// True if the script may run.
    bool admit(vrrp_script& script)
    {
        const subject what{.where = script.where,
                           .command = script.command.front(),
                           .account = script.account,
                           .missing = "Disabling track script " + script.name +
                                      " since not found/accessible: " + script.command.front() + ": ",
                           .consequence = "vrrp_script " + script.name + " isn't run, and nobody tracks it"};
        return admit_account(what) && (what.command.starts_with('<') || admit_command(what));
    }

    void sift(global_settings& global)
    {
        for (const fifo_keyword& each : fifo_keywords) {
            std::optional<notify_fifo>& fifo = global.*each.fifo;
            if (fifo && !admit(*fifo, each)) {
                fifo.reset();
            }
        }
    }

    /// `whose`: "vrrp_instance VI_1".
    void sift(notify_scripts& scripts, const std::string& whose)
    {
        for (const notify_keyword& each : notify_keywords) {
            std::optional<notify_script>& script = scripts.*each.script;
            if (script && !admit(*script, each.name, whose)) {
                script.reset();
            }
        }
    }

    void sift(std::optional<surrounding_script>& what, std::string_view keyword)
    {
        if (what && !admit(what->script, keyword, "global_defs")) {
            what.reset();
        }
    }

    std::vector<script_finding> take() { return std::move(findings_); }

private:
    bool admit(notify_script& script, std::string_view keyword, const std::string& whose)
    {
        const subject what{.where = script.where,
                           .command = script.command.front(),
                           .account = script.account,
                           .missing = "Script " + script.command.front() + " cannot be accessed - ",
                           .consequence = std::string(keyword) + " of " + whose + " isn't run"};
        return admit_account(what) && admit_command(what);
    }

    bool admit(notify_fifo& fifo, const fifo_keyword& names)
    {
        if (const result<void> resolved = resolve(fifo.owner); !resolved) {
            findings_.push_back({.where = fifo.where,
                                 .text = resolved.error().what + "; " + std::string(names.name) + " is left out",
                                 .disables = true});
            return false;
        }
        if (fifo.script && !admit(*fifo.script, names.script_name, "global_defs")) {
            fifo.script.reset();
        }
        return true;
    }

    void remark(const subject& what, std::string text, bool disables = false)
    {
        findings_.push_back({.where = what.where, .text = std::move(text), .disables = disables});
    }

    bool refuse(const subject& what, const std::string& why)
    {
        remark(what, why + "; " + what.consequence, true);
        return false;
    }

    bool refuse_missing(const subject& what, int code) { return refuse(what, what.missing + std::strerror(code)); }

    bool admit_account(const subject& what)
    {
        const result<void> resolved = resolve(what.account);
        return resolved || refuse(what, resolved.error().what);
    }

    bool admit_command(const subject& what)
    {
        if (what.command.find('/') == std::string::npos) {
            const auto found = find_in_path(what.command);
            if (!found) {
                return refuse_missing(what, ENOENT);
            }
            remark(what, "WARNING - script `" + what.command + "` resolved by path search to `" + *found +
                             "`. Please specify full path.");
            what.command = *found;
        }
        return admit_file(what);
    }

    bool admit_file(const subject& what)
    {
        const std::string& path = what.command;
        struct stat file{};
        if (!path.starts_with('/')) {
            return refuse(what, "script '" + path + "' is no full path");
        }
        if (::stat(path.c_str(), &file) != 0) {
            return refuse_missing(what, errno);
        }
        if (!S_ISREG(file.st_mode)) {
            return refuse(what, "Wrong file type found in script path '" + path + "'");
        }
        if (!is_executable_by(file, what.account)) {
            return refuse(what, "script '" + path + "' is not executable for uid:gid " +
                                    std::to_string(what.account.uid) + ":" + std::to_string(what.account.gid));
        }
        if (what.account.uid == 0 && !is_safe(path)) {
            const std::string text = "Unsafe permissions found for script '" + path + "'";
            if (security_) {
                return refuse(what, text);
            }
            remark(what, text + ": others than root can change what runs as root");
        }
        return true;
    }

    bool security_;
    std::vector<script_finding> findings_;
};

} // namespace

std::vector<script_finding> apply_script_rules(configuration& wanted)
{
    rules made(wanted.global.script_security);
    made.sift(wanted.global);
    std::erase_if(wanted.scripts, [&made](vrrp_script& each) { return !made.admit(each); });
    for (vrrp_instance& instance : wanted.instances) {
        std::erase_if(instance.track_scripts, [&wanted](const tracked_script& each) {
            return std::ranges::find(wanted.scripts, each.name, &vrrp_script::name) == wanted.scripts.end();
        });
        made.sift(instance.notify, "vrrp_instance " + instance.name);
    }
    made.sift(wanted.global.around.startup, "startup_script");
    made.sift(wanted.global.around.shutdown, "shutdown_script");
    for (sync_group& group : wanted.sync_groups) {
        made.sift(group.notify, "vrrp_sync_group " + group.name);
    }
    return made.take();
}

} // namespace xvrrp::track
