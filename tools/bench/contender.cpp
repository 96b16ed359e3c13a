// SPDX-License-Identifier: BSD-2-Clause
#include "bench/contender.hpp"

#include <csignal>
#include <utility>

#include "lab/peers.hpp"
#include "support/must.hpp"
#include "support/xvrrpd.hpp"

namespace xvrrp::bench {

namespace {

using test::must;

class xvrrp_contender : public contender {
public:
    xvrrp_contender(const lab::net_namespace& place, const std::string& configuration) : daemon_(place, configuration)
    {
    }
    [[nodiscard]] daemon kind() const override { return daemon::xvrrp; }
    [[nodiscard]] std::string state(const std::string& instance) const override { return daemon_.state(instance); }
    [[nodiscard]] unsigned transitions(const std::string& instance) const override
    {
        return daemon_.transitions(instance);
    }
    void reload(const std::string& configuration) override
    {
        daemon_.write_configuration(configuration);
        daemon_.hangup();
    }
    void freeze() override { daemon_.freeze(); }
    void thaw() override { daemon_.thaw(); }
    [[nodiscard]] std::chrono::nanoseconds cpu_time() override { return must(daemon_.process().cpu_time()); }

private:
    test::xvrrpd daemon_;
};

class keepalived_contender : public contender {
public:
    keepalived_contender(const lab::net_namespace& place, const std::string& configuration)
        : daemon_(must(lab::keepalived::start(place, configuration)))
    {
    }
    [[nodiscard]] daemon kind() const override { return daemon::keepalived; }
    [[nodiscard]] std::string state(const std::string& instance) const override { return daemon_.state(instance); }
    [[nodiscard]] unsigned transitions(const std::string& instance) const override
    {
        return daemon_.transitions(instance);
    }
    void reload(const std::string& configuration) override
    {
        must(daemon_.write_configuration(configuration));
        must(daemon_.daemon().signal(SIGHUP));
    }
    void freeze() override { must(daemon_.daemon().freeze()); }
    void thaw() override { must(daemon_.daemon().thaw()); }
    [[nodiscard]] std::chrono::nanoseconds cpu_time() override { return must(daemon_.daemon().cpu_time()); }

private:
    lab::keepalived daemon_;
};

} // namespace

std::string name_of(daemon which)
{
    return which == daemon::xvrrp ? "xvrrp" : "keepalived";
}

std::unique_ptr<contender> contender::start(daemon which, const lab::net_namespace& place,
                                            const std::string& configuration)
{
    if (which == daemon::xvrrp) {
        return std::make_unique<xvrrp_contender>(place, configuration);
    }
    return std::make_unique<keepalived_contender>(place, configuration);
}

} // namespace xvrrp::bench
