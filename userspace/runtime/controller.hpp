// SPDX-License-Identifier: BSD-2-Clause
//
// All virtual routers of the daemon: carries adverts, facts, deadlines and orders to them and their actions out, in the
// order that makes a stalled daemon harmless: everything waiting is read before any deadline is believed. Owns the ways
// into the kernel. Everything here runs on the loop's thread.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "control/snapshot.hpp"
#include "core/wire.hpp"
#include "datapath/pinned_records.hpp"
#include "plan/leftovers.hpp"
#include "plan/link_damper.hpp"
#include "runtime/attachments.hpp"
#include "runtime/deadline_queue.hpp"
#include "runtime/drop_log.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/executor.hpp"
#include "runtime/failover_log.hpp"
#include "runtime/instance.hpp"
#include "runtime/latency.hpp"
#include "runtime/messages.hpp"
#include "runtime/publisher.hpp"
#include "runtime/reflectors.hpp"
#include "runtime/running_group.hpp"
#include "runtime/services.hpp"
#include "runtime/session_keeper.hpp"
#include "runtime/timeline.hpp"
#include "track/fifo_set.hpp"
#include "track/notifier.hpp"
#include "track/script_set.hpp"
#include "track/spawner_link.hpp"
#include "track/watcher.hpp"
#include "xvrrp/config.hpp"
#include "xvrrp/result.hpp"

namespace xvrrp::runtime {

struct controller_settings {
    std::filesystem::path bpf_directory;
    std::filesystem::path record_file; ///< of the addresses that this run may add
    /// Where the supervisor finds what it needs if this run dies; nullptr: there is none. Lives longer.
    publication* for_supervisor = nullptr;
    duration wait{0}; ///< before the routers start; none if it isn't positive
    /// A daemon before this one died: what it left is to be gone on with.
    bool after_crash = false;
};

/// What one reading of the notifications changed.
struct fact_changes {
    std::set<std::string> interfaces; ///< by name, the old and the new one where it was renamed
    std::vector<std::pair<interface_index, ip_address>> removed_addresses;
    bool overrun = false;
};

class controller {
public:
    /// Opens everything, clears up after an earlier run and starts every router.
    /// `to_spawner`: what daemon_role has.
    static result<std::unique_ptr<controller>> open(const configuration& wanted, const controller_settings& settings,
                                                    descriptor to_spawner, log_sink log);

    [[nodiscard]] event_loop& loop() { return loop_; }
    /// Sleeps until there is something to do, and does it.
    result<void> turn();

    /// Goes over to another configuration; what didn't change goes on undisturbed.
    void reload(const configuration& wanted);
    /// Every router leaves (RFC 9568 6.4.3 Shutdown). A second call waits neither for successors nor for scripts.
    void shut_down();
    /// All have left: nothing is held any more, and the scripts that were to be told have run.
    [[nodiscard]] bool finished() const { return instances_.empty() && notifier_.idle() && fifos_.idle(); }
    /// Takes programs, pins and records away; the end of a clean stop.
    void close_cleanly();

    /// Instances, drops and reaction times; the rest of the status is the daemon's to fill in.
    [[nodiscard]] control::daemon_status status() const;
    /// Timelines of the last changes of state, oldest first.
    [[nodiscard]] std::vector<control::failover_report> failovers();
    [[nodiscard]] std::vector<control::session_status> sessions() const;

private:
    controller(services with, event_loop loop, descriptor to_spawner, controller_settings settings);

    /// `earlier`: what is known of a run that ended without cleaning up; nullptr: nothing.
    result<void> start(const configuration& wanted, const datapath::pinned_records* earlier);
    void clear_up(const plan::leftovers& left);
    void adopt(instance& who, const plan::leftovers& left, const datapath::pinned_records* earlier);
    [[nodiscard]] bool is_succeeded(const vrrp_instance& config, const datapath::pinned_records* earlier) const;
    void add_instance(const vrrp_instance& config, time_point now);
    void start_routers(time_point now);
    void write_record(const configuration& wanted) const;

    void drain_adverts();
    void drain_all_adverts();
    void take_in(const xvrrp_event& received);
    void take_in(instance& who, const core::advert& heard, time_point now);
    void drain_netlink();
    void note_facts(const net::netlink_event& event, fact_changes& changes, time_point now);
    void believe(const net::link& link, fact_changes& changes);
    void dump_facts_again(fact_changes& changes, time_point now);
    void act_on(const fact_changes& changes, time_point now);
    bool reveal_lost_link(interface_index interface, time_point now);
    void set_interface_rules(const configuration& wanted);
    void space_announcements();
    void restore_lost_addresses(const fact_changes& changes, time_point now);

    void handle(instance& who, const core::event& what, time_point now);
    void carry_out(instance& who, const std::vector<core::action>& actions, const before_step& before, time_point now);
    void settle(instance& who);
    void publish();
    void fire(instance& who, time_point now);
    bool believes_silence(instance& who, time_point now);
    [[nodiscard]] bool is_heard_by_socket(const instance& who) const;
    void ask_kernel_record(instance& who, time_point now);

    void watch_news();
    void stay_in_control();
    bool notice_fence(instance& who, const datapath::router_record& record, time_point now);
    [[nodiscard]] duration shortest_hang_limit() const;
    void keep_watch(time_point now);
    void set_reflectors();
    void limit_hangs(std::span<const datapath::reflector> merged);
    void set_sessions(time_point now);
    void tell_followers();
    void tell_health(instance& who, const session_key& about);
    void note_session(instance& who);
    void take_news();
    void take_news(const session_key& about);
    void sit_out_short_waits();
    [[nodiscard]] bool is_refuted(const session_key& about) const;
    [[nodiscard]] std::optional<std::string> own_fault(const session_key& session);
    [[nodiscard]] bool hears(interface_index interface);
    void listen_again(interface_index interface);
    void check_hearing(time_point now);
    void note_transition(instance& who, const core::transition& change, const before_step& before, time_point now);
    void note_first_packets(time_point now);

    void watch_spawner();
    void run_scripts(time_point now);
    void tell(const std::vector<track::script_news>& news, time_point now);

    void set_tracked(const configuration& wanted, time_point now);
    void take_watch_news(time_point now);
    void replan_trackers(const std::string& object, time_point now);
    void note_failed(const instance& who, const plan::router_plan& next) const;
    void note_watched();
    /// Names of the instances that have an object of that name in this list.
    template <class Tracked>
    [[nodiscard]] std::vector<std::string> trackers_of(const std::string& object,
                                                       std::vector<Tracked> vrrp_instance::* list) const;
    [[nodiscard]] std::vector<control::script_status> script_status(time_point now) const;
    [[nodiscard]] std::vector<control::file_status> file_status(time_point now) const;
    [[nodiscard]] std::vector<control::process_status> process_status(time_point now) const;

    [[nodiscard]] std::optional<track::instance_event> told_state(const instance& who) const;
    [[nodiscard]] bool is_replaced(const instance& who) const;
    void note_state(instance& who);
    void queue_notify(const instance& who, track::instance_event what);
    void queue_notify(const running_group& group, track::instance_event what);
    void add_notify(const std::string& name, track::instance_event what, std::vector<track::run_request> runs);
    void note_run(const track::spawner_link::news& news);
    void set_fifos(const global_settings& wanted);
    void write_states();
    void write_fifos(time_point now);
    void end_fifos(time_point now);
    void tell(const std::vector<track::fifo_news>& news) const;
    void note_priority(const instance& who);
    [[nodiscard]] std::optional<time_point> next_fifo_deadline() const;
    [[nodiscard]] std::vector<control::fifo_status> fifo_status() const;
    void run_notify_scripts(time_point now);
    void note_stop(bool asked_again, time_point now);
    void await_last_scripts(time_point now);
    [[nodiscard]] std::optional<time_point> next_script_deadline(time_point now) const;

    void set_groups(const std::vector<sync_group>& wanted, time_point now);
    void keep_in_step();
    void note_group(running_group& group);
    void stop_groups();
    void tell_contested(const instance& who, time_point now);
    [[nodiscard]] std::vector<control::group_status> group_status() const;

    [[nodiscard]] plan::router_plan plan_of(const vrrp_instance& config) const;
    void replan(instance& who, time_point now);
    void apply(instance& who, plan::router_plan next, time_point now);
    result<void> set_up(instance& who);
    void promote_secondaries(instance& who, const std::map<interface_index, std::string>& devices) const;
    void tell_faults(instance& who, std::uint32_t faults, time_point now);
    void release_left_behind(instance& who);
    static void note_rival(instance& who, const core::advert& heard);
    void note_oddities(instance& who, const xvrrp_event& received, const core::wire::header& header);
    void remark(instance& who, oddity what, const ip_address& source, std::uint64_t& counter) const;
    void feed(instance& who, const datapath::heard& record, time_point& newest, time_point now);
    void update(instance& who, const vrrp_instance& config, time_point now);
    void change_held_addresses(instance& who, const address_holder::change& change);
    void detach_unneeded();
    void drop_finished();
    void close(instance& who);
    [[nodiscard]] bool shutting_down() const { return shutting_down_; }
    [[nodiscard]] plan::own_addresses held_by_others(const instance& who) const;
    void tick(time_point now);

    controller_settings settings_;
    services with_;
    event_loop loop_;
    attachments attachments_;
    plan::link_damper damper_;
    plan::own_addresses exchanged_;  ///< removed by us to be added with other options; its notification is to come
    announce_spacing announce_gaps_; ///< on interfaces that are in none of garp_groups_
    std::vector<garp_group> garp_groups_;
    drop_log drop_log_;
    latency reaction_;
    std::vector<std::unique_ptr<instance>> instances_;
    std::vector<running_group> groups_;
    std::vector<instance*> by_slot_; ///< null where the slot is free
    deadline_queue deadlines_;
    publisher publisher_;
    session_keeper sessions_;
    reflectors reflectors_;
    track::spawner_link spawner_;
    track::script_set scripts_;
    track::watcher watcher_;
    std::vector<track_file> files_; ///< that are tracked
    std::vector<track_process> processes_;
    plan::tracked_objects tracked_; ///< what is known of them and of the scripts
    track::notifier notifier_;
    track::fifo_set fifos_;
    std::optional<time_point> fifos_until_;  ///< the FIFOs' scripts are waited for
    std::optional<time_point> start_at_;     ///< until then no router has been started
    time_point notify_from_{};               ///< none is started before
    std::optional<time_point> notify_until_; ///< the last scripts are waited for
    failover_log failovers_;
    time_point lease_renewed_{};
    duration shortest_hang_limit_ = std::chrono::seconds(3); ///< of the routers there are
    time_point next_tick_{};
    bool started_ = false; ///< there was a configuration before
    bool shutting_down_ = false;
    bool more_adverts_ = false;      ///< the last drain stopped at its limit
    bool news_waiting_ = false;      ///< of the prober
    bool watch_news_ = false;        ///< wait to be read
    bool spawner_reports_ = false;   ///< wait to be read
    bool sessions_changed_ = false;  ///< a router wants another session
    bool reflectors_changed_ = true; ///< a plan or a configuration changed
};

} // namespace xvrrp::runtime
