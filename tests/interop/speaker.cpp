// SPDX-License-Identifier: BSD-2-Clause
//
// VRRP routers behind one face (see speaker.hpp).
#include "interop/speaker.hpp"

#include <fmt/format.h>

#include <csignal>
#include <optional>

#include "lab/peers.hpp"
#include "support/configuration_text.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* instance = "VI_1";

/// keepalived's language, for keepalived and xvrrpd alike.
std::string configuration_of(const dialect& spoken, const speaker_settings& settings)
{
    instance_text text{.name = instance,
                       .vrid = dialect_vrid,
                       .priority = settings.priority,
                       .version = static_cast<unsigned>(spoken.version),
                       .advert_int = fmt::format("{}", std::chrono::duration<double>(spoken.interval()).count()),
                       .auth_pass = spoken.password,
                       .addresses = spoken.addresses()};
    if (spoken.unicast) {
        text.unicast_src_ip = settings.own_address;
        text.unicast_peers = {settings.peer_address};
    } else {
        text.more.push_back("mcast_src_ip " + settings.own_address);
    }
    if (settings.nopreempt) {
        text.more.emplace_back("nopreempt");
    }
    return configuration_text({text}, {"router_id interop"});
}

class xvrrpd_speaker final : public supervised_speaker {
public:
    xvrrpd_speaker(const lab::host& place, const dialect& spoken, const speaker_settings& settings)
        : daemon_(place.ns(), configuration_of(spoken, settings))
    {
    }
    [[nodiscard]] bool is_active() const override { return daemon_.state(instance) == "MASTER"; }
    [[nodiscard]] bool is_backup() const override { return daemon_.state(instance) == "BACKUP"; }
    void stop() override
    {
        if (const int status = daemon_.stop(); status != 0) {
            throw std::runtime_error(fmt::format("xvrrpd ended with status {}: {}", status, daemon_.log()));
        }
    }
    void start_again() override { daemon_.start(); }
    void kill_daemon() override { daemon_.signal_daemon(SIGKILL); }
    [[nodiscard]] std::string log() const override { return daemon_.log() + daemon_.ctl({"status"}).output; }

private:
    xvrrpd daemon_;
};

class keepalived_speaker final : public speaker {
public:
    keepalived_speaker(const lab::host& place, const dialect& spoken, const speaker_settings& settings)
        : place_(place), configuration_(configuration_of(spoken, settings))
    {
        start_again();
    }
    [[nodiscard]] bool is_active() const override { return daemon_->state(instance) == "MASTER"; }
    [[nodiscard]] bool is_backup() const override { return daemon_->state(instance) == "BACKUP"; }
    void stop() override { must(daemon_->stop()); }
    void start_again() override { daemon_.emplace(must(lab::keepalived::start(place_.ns(), configuration_))); }
    [[nodiscard]] std::string log() const override { return daemon_->log(); }

private:
    const lab::host& place_;
    std::string configuration_;
    std::optional<lab::keepalived> daemon_;
};

class frr_speaker final : public speaker {
public:
    frr_speaker(const lab::host& place, const dialect& spoken, const speaker_settings& settings)
        : place_(place), family_(spoken.family),
          router_{.vrid = dialect_vrid, .priority = settings.priority, .interval = spoken.interval()}
    {
        (family_ == address_family::ipv4 ? router_.ipv4 : router_.ipv6) = spoken.addresses();
        start_again();
    }
    [[nodiscard]] bool is_active() const override { return daemon_->state(family_) == "Master"; }
    [[nodiscard]] bool is_backup() const override { return daemon_->state(family_) == "Backup"; }
    void stop() override { must(daemon_->stop()); }
    void start_again() override { daemon_.emplace(must(lab::frr::start(place_.ns(), router_))); }
    [[nodiscard]] std::string log() const override { return daemon_->log(); }

private:
    const lab::host& place_;
    address_family family_;
    lab::frr_router router_;
    std::optional<lab::frr> daemon_;
};

} // namespace

std::chrono::milliseconds dialect::interval() const
{
    return version == vrrp_version::v2 ? 1000ms : 250ms;
}

std::vector<std::string> dialect::addresses() const
{
    return family == address_family::ipv4 ? std::vector<std::string>{"10.0.0.70", "10.0.0.71"}
                                          : std::vector<std::string>{"fe80::70", "2001:db8::70"};
}

std::unique_ptr<supervised_speaker> start_xvrrpd(const lab::host& place, const dialect& spoken,
                                                 const speaker_settings& settings)
{
    return std::make_unique<xvrrpd_speaker>(place, spoken, settings);
}

std::unique_ptr<speaker> start_peer(const lab::host& place, const dialect& spoken, const speaker_settings& settings)
{
    if (spoken.peer == peer_kind::keepalived) {
        return std::make_unique<keepalived_speaker>(place, spoken, settings);
    }
    return std::make_unique<frr_speaker>(place, spoken, settings);
}

} // namespace xvrrp::test
