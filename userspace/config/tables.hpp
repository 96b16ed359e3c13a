// SPDX-License-Identifier: BSD-2-Clause
//
// The tables themselves, one for each block, and the way into them.
#pragma once

#include <span>
#include <string_view>

#include "config/draft.hpp"
#include "config/keyword.hpp"

namespace xvrrp::config {

std::span<const keyword<file_draft>> root_keywords();
std::span<const keyword<global_draft>> global_keywords();
std::span<const keyword<instance_draft>> instance_keywords();
std::span<const keyword<script_draft>> script_keywords();
std::span<const keyword<track_file_draft>> track_file_keywords();
std::span<const keyword<track_process_draft>> track_process_keywords();

/// For a line where an entry belongs. False, with an error, if it begins with a keyword of vrrp_instance instead. A
/// block behind the entry is an error too.
bool is_entry(const statement& line, reporter& report);

/// One line of virtual_ipaddress or virtual_ipaddress_excluded; none if it is reported as an error.
std::optional<address_draft> read_address_entry(const statement& entry, reporter& report);

/// The blocks of vrrp_script, track_file and vrrp_track_process.
void read_script(file_draft& file, const statement& what, reporter& report);
void read_track_file(file_draft& file, const statement& what, reporter& report);
void read_track_process(file_draft& file, const statement& what, reporter& report);
/// What blocks of one kind make, and lines in an instance or a group track; words for messages.
struct tracked_kind {
    std::string_view block;   ///< that makes one
    std::string_view keyword; ///< of a block of such lines
    std::string_view noun;
    std::string_view able;    ///< that there is none which "could run"
    std::string_view idle;    ///< what happens to one that nobody tracks
    std::string_view trouble; ///< what one does that lowers a priority
    int most = 0;             ///< of a weight, and its least negated
};
inline constexpr tracked_kind tracked_scripts{.block = "vrrp_script",
                                              .keyword = "track_script",
                                              .noun = "script",
                                              .able = "could run",
                                              .idle = "isn't run",
                                              .trouble = "fails",
                                              .most = 253};
inline constexpr tracked_kind tracked_files{.block = "track_file",
                                            .keyword = "track_file",
                                            .noun = "file",
                                            .able = "could be read",
                                            .idle = "isn't read",
                                            .trouble = "says so",
                                            .most = 254};
inline constexpr tracked_kind tracked_processes{.block = "vrrp_track_process",
                                                .keyword = "track_process",
                                                .noun = "process",
                                                .able = "could be looked for",
                                                .idle = "isn't looked for",
                                                .trouble = "is missing",
                                                .most = 254};
void read_tracked_object(std::vector<located<tracked_object_draft>>& tracked, const tracked_kind& kind,
                         const statement& entry, reporter& report);
/// The block of vrrp_sync_group, and a line of track_interface.
void read_sync_group(file_draft& file, const statement& what, reporter& report);
void read_tracked_interface(std::vector<located<tracked_interface>>& tracked, const statement& entry, reporter& report);
/// The blocks of garp_group and of interface_up_down_delays.
void read_garp_group(file_draft& file, const statement& what, reporter& report);
void read_interface_delays(file_draft& file, const statement& what, reporter& report);
/// `USER [GROUP]`, `USER:GROUP`, from a statement's second word on.
void read_script_user(global_draft& global, const statement& what, reporter& report);

/// Without what is quoted or escaped in a line with a command: no name of an account has that, and a pipe's mustn't.
bool is_plain(std::string_view name);
/// `USER`, `USER GROUP`, `USER :GROUP`, `USER:GROUP`; none: it is something else.
std::optional<script_account> account_of(std::span<const token> words);
/// `notify_… COMMAND [USER [GROUP]]` of an instance.
void read_notify_script(std::optional<notify_script>& into, std::string_view instance, const statement& what,
                        reporter& report);

/// `[vrrp_]notify_fifo PATH [USER [GROUP]]`, and the script of the pipe.
void read_fifo_path(fifo_draft& fifo, const statement& what, reporter& report);
void read_fifo_script(fifo_draft& fifo, const statement& what, reporter& report);

/// What stands behind the name of something that is tracked: `weight N`, `reverse`, `noreverse`; none if there is
/// nothing. `kind` is for messages: "interface", "script". `most`: of the weight, and its least negated.
std::optional<weight_draft> read_weight_words(std::span<const token> words, std::string_view kind, reporter& report,
                                              int most = 253);

/// A whole file.
file_draft read_statements(std::span<const statement> statements, reporter& report);

} // namespace xvrrp::config
