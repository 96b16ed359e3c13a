// SPDX-License-Identifier: BSD-2-Clause
//
// The last layer: drafts become the configuration. Defaults and global settings are resolved into each instance, values
// are checked against each other; an instance that must not run is left out, with an error that says why.
#pragma once

#include <vector>

#include "config/draft.hpp"

namespace xvrrp::config {

class reporter;

configuration complete(const file_draft& file, reporter& report);

/// An instance with the draft that it was made from, whose places messages name.
struct completed_instance {
    vrrp_instance instance;
    const instance_draft* draft = nullptr;
    const sync_group_draft* group = nullptr; ///< that it is in
};

/// The sync groups; their members learn which one they are in, and track what it tracks.
std::vector<sync_group> complete_sync_groups(const file_draft& file, std::vector<completed_instance>& instances,
                                             reporter& report);
/// The groups of interfaces for announcements.
std::vector<garp_group> complete_garp_groups(const file_draft& file, reporter& report);

/// script_user, for what names no user.
void use_script_user(script_account& account, const global_draft& global);
void use_script_user(notify_scripts& scripts, const global_draft& global);

/// The pipes; what of them can't be is reported and left out.
void complete_fifos(const global_draft& draft, global_settings& global, reporter& report);

/// Fills the virtual addresses and the excluded ones; version, strictness, family and interface are resolved already.
/// False if the instance can't run with what there is.
bool complete_addresses(const instance_draft& draft, vrrp_instance& instance, reporter& report);

/// The scripts, files and processes that these instances track, and who tracks which; what an instance can't track is
/// reported and left out.
void complete_tracking(const file_draft& file, std::vector<completed_instance>& instances, configuration& config,
                       reporter& report);

/// Leaves out instances that can't be told apart from an earlier one, and addresses that an earlier instance has.
void leave_out_conflicts(std::vector<completed_instance>& instances, reporter& report);

} // namespace xvrrp::config
