// SPDX-License-Identifier: BSD-2-Clause
//
// Routers of the three daemons (see router.hpp).
#include "failover/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "control/client.hpp"
#include "failover/configuration.hpp"
#include "lab/peers.hpp"
#include "lab/scratch.hpp"

namespace xvrrp::failover {
namespace {

using namespace std::chrono_literals;

constexpr auto end_limit = 30s;
const std::filesystem::path bpf_root = "/sys/fs/bpf";

std::filesystem::path unique_bpf_directory()
{
    static std::once_flag swept;
    std::call_once(swept, lab::sweep_stale_entries, bpf_root);
    return bpf_root / lab::unique_name("failover");
}

class xvrrp_router : public router {
public:
    xvrrp_router(setting contender, const lab::host& place, unsigned priority, std::filesystem::path program)
        : contender_(std::move(contender)), place_(&place), priority_(priority), program_(std::move(program)),
          bpf_directory_(unique_bpf_directory())
    {
    }
    xvrrp_router(const xvrrp_router&) = delete;
    xvrrp_router& operator=(const xvrrp_router&) = delete;
    xvrrp_router(xvrrp_router&&) = delete;
    xvrrp_router& operator=(xvrrp_router&&) = delete;
    ~xvrrp_router() override
    {
        process_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(bpf_directory_, ignored);
    }

    result<void> start() override;
    result<void> recover() override;
    result<void> change_priority(unsigned priority) override;
    [[nodiscard]] bool running() override { return process_ && process_->running(); }
    [[nodiscard]] std::string log() override { return process_ ? process_->output() : ""; }
    [[nodiscard]] std::vector<control::failover_report> failovers() override;
    [[nodiscard]] std::optional<bool> probes(const std::string& peer) override;

protected:
    lab::process* leader() override { return process_ ? &*process_ : nullptr; }

private:
    result<void> write(unsigned priority);
    [[nodiscard]] control::client_settings client() const
    {
        return {.socket = files_->path() / "control.sock", .timeout = 2s};
    }

    setting contender_;
    const lab::host* place_;
    unsigned priority_;
    std::filesystem::path program_;
    std::filesystem::path bpf_directory_;
    std::optional<lab::scratch_directory> files_;
    std::optional<lab::process> process_;
};

result<void> xvrrp_router::write(unsigned priority)
{
    if (!files_) {
        auto made = lab::scratch_directory::create("xvrrpd");
        if (!made) {
            return std::unexpected(made.error());
        }
        files_ = std::move(*made);
    }
    if (auto written = files_->write("xvrrpd.conf", configuration(contender_, priority)); !written) {
        return std::unexpected(written.error());
    }
    return {};
}

result<void> xvrrp_router::start()
{
    if (running()) {
        return {};
    }
    if (auto written = write(priority_); !written) {
        return written;
    }
    const auto file = [this](const char* name) { return (files_->path() / name).string(); };
    auto started =
        place_->ns().start({program_, "-n", "-l", "-D", "-G", "-f", file("xvrrpd.conf"), "-p", file("xvrrpd.pid"),
                            "--bpf-dir", bpf_directory_, "--socket", file("control.sock")});
    if (!started) {
        return std::unexpected(started.error());
    }
    process_ = std::move(*started);
    return {};
}

/// The supervisor starts a daemon at once that it would only start later.
result<void> xvrrp_router::recover()
{
    return waits_to_respawn() ? process_->signal(SIGHUP) : start();
}

result<void> xvrrp_router::change_priority(unsigned priority)
{
    if (auto written = write(priority); !written) {
        return written;
    }
    return process_->signal(SIGHUP);
}

std::vector<control::failover_report> xvrrp_router::failovers()
{
    return control::request_failovers(client()).value_or(std::vector<control::failover_report>());
}

std::optional<bool> xvrrp_router::probes(const std::string& peer)
{
    const auto sessions = control::request_sessions(client());
    if (!sessions) {
        return std::nullopt;
    }
    return std::ranges::any_of(
        *sessions, [&](const control::session_status& each) { return each.peer == peer && each.state == "up"; });
}

class keepalived_router : public router {
public:
    keepalived_router(setting contender, const lab::host& place, unsigned priority)
        : contender_(std::move(contender)), place_(&place), priority_(priority)
    {
    }

    result<void> start() override
    {
        if (running()) {
            return {};
        }
        daemon_.reset();
        auto started = lab::keepalived::start(place_->ns(), configuration(contender_, priority_));
        if (!started) {
            return std::unexpected(started.error());
        }
        daemon_ = std::move(*started);
        return {};
    }
    result<void> change_priority(unsigned priority) override
    {
        if (auto written = daemon_->write_configuration(configuration(contender_, priority)); !written) {
            return written;
        }
        return daemon_->daemon().signal(SIGHUP);
    }
    [[nodiscard]] bool running() override { return daemon_ && daemon_->daemon().running(); }
    [[nodiscard]] std::string log() override { return daemon_ ? daemon_->log() : ""; }

protected:
    lab::process* leader() override { return daemon_ ? &daemon_->daemon() : nullptr; }

private:
    setting contender_;
    const lab::host* place_;
    unsigned priority_;
    std::optional<lab::keepalived> daemon_;
};

class frr_router : public router {
public:
    frr_router(const setting& contender, const lab::host& place, unsigned priority) : place_(&place)
    {
        settings_.vrid = virtual_router;
        settings_.priority = priority;
        settings_.interval = std::chrono::duration_cast<std::chrono::milliseconds>(contender.advert);
        settings_.ipv4 = {virtual_address};
    }

    result<void> start() override
    {
        if (running()) {
            return {};
        }
        if (daemon_) {
            daemon_->kill();
            daemon_.reset();
        }
        auto started = lab::frr::start(place_->ns(), settings_);
        if (!started) {
            return std::unexpected(started.error());
        }
        daemon_ = std::move(*started);
        return {};
    }
    result<void> change_priority(unsigned) override { return fail("frr reads no changed file while it runs"); }
    [[nodiscard]] bool running() override { return daemon_ && daemon_->daemon().running(); }
    [[nodiscard]] std::string log() override { return daemon_ ? daemon_->log() : ""; }

protected:
    lab::process* leader() override { return daemon_ ? &daemon_->daemon() : nullptr; }

private:
    const lab::host* place_;
    lab::frr_router settings_;
    std::optional<lab::frr> daemon_;
};

} // namespace

std::unique_ptr<router> router::create(const setting& contender, const lab::host& place, unsigned priority,
                                       const std::filesystem::path& xvrrpd)
{
    switch (contender.daemon) {
    case daemon_kind::xvrrp:
        return std::make_unique<xvrrp_router>(contender, place, priority, xvrrpd);
    case daemon_kind::keepalived:
        return std::make_unique<keepalived_router>(contender, place, priority);
    case daemon_kind::frr:
        return std::make_unique<frr_router>(contender, place, priority);
    }
    return nullptr;
}

std::optional<bool> router::probes(const std::string&)
{
    return std::nullopt;
}

pid_t router::worker()
{
    lab::process* process = leader();
    if (process == nullptr || !process->running()) {
        return 0;
    }
    const auto workers = process->workers();
    return workers.empty() ? process->pid() : workers.front();
}

duration router::cpu_time()
{
    const lab::process* process = leader();
    return process == nullptr ? duration::zero() : process->cpu_time().value_or(duration::zero());
}

bool router::waits_to_respawn()
{
    return running() && leader()->workers().empty();
}

result<void> router::recover()
{
    if (waits_to_respawn()) {
        if (auto ended = terminate(); !ended) {
            return ended;
        }
        if (auto ended = wait_for_end(); !ended) {
            return ended;
        }
    }
    return start();
}

result<void> router::terminate()
{
    return leader() == nullptr ? fail_errno("signal", ESRCH) : leader()->signal(SIGTERM);
}

result<void> router::kill_all()
{
    return leader() == nullptr ? fail_errno("signal", ESRCH) : leader()->signal_group(SIGKILL);
}

result<void> router::wait_for_end()
{
    if (leader() != nullptr && !leader()->wait(end_limit)) {
        return fail("doesn't end after SIGTERM: " + log());
    }
    return {};
}

} // namespace xvrrp::failover
