// SPDX-License-Identifier: BSD-2-Clause
//
// Plain links on raw tracepoints (kernel 5.8). A test run of such a program is a call in the caller's own context
// (5.10), which is how BPF learns which process is meant.
#include "datapath/death_watch.hpp"

#include "xvrrp/abi.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <memory>

#include "datapath/libbpf_messages.hpp"
#include "death.skel.h"

namespace xvrrp::datapath {

namespace {

struct destroy {
    void operator()(death_bpf* object) const { death_bpf__destroy(object); }
};
using death_object = std::unique_ptr<death_bpf, destroy>;

struct tracepoint {
    const char* name;
    const char* pin;
};
constexpr tracepoint signal_deliver{.name = "signal_deliver", .pin = "death_signal"};
constexpr tracepoint process_exit{.name = "sched_process_exit", .pin = "death_exit"};

result<death_object> load(int control_map)
{
    const libbpf_messages messages;
    death_object object(death_bpf__open());
    int failed = object ? ::bpf_map__reuse_fd(object->maps.vrrp_control, control_map) : -errno;
    if (failed == 0) {
        failed = death_bpf__load(object.get());
    }
    if (failed != 0) {
        return std::unexpected(
            error{.what = "cannot load the BPF object death: " + messages.explain(-failed), .code = -failed});
    }
    return object;
}

result<void> enter(const bpf_program* program)
{
    bpf_test_run_opts options{};
    options.sz = sizeof options;
    if (::bpf_prog_test_run_opts(::bpf_program__fd(program), &options) != 0) {
        return fail_errno("cannot run the BPF program death_enter", errno);
    }
    return {};
}

result<void> attach(const bpf_program* program, const tracepoint& where, const pin_directory& pins)
{
    const descriptor link(::bpf_raw_tracepoint_open(where.name, ::bpf_program__fd(program)));
    if (!link) {
        return fail_errno(std::string("cannot attach to the tracepoint ") + where.name, errno);
    }
    return pins.pin(link.get(), where.pin);
}

result<void> attach_all(const death_bpf& object, const pin_directory& pins)
{
    if (auto entered = enter(object.progs.death_enter); !entered) {
        return entered;
    }
    if (auto attached = attach(object.progs.death_signal, signal_deliver, pins); !attached) {
        return attached;
    }
    return attach(object.progs.death_exit, process_exit, pins);
}

} // namespace

result<void> watch_for_death(int control_map, const pin_directory& pins)
{
    const auto take_away = [&] {
        pins.unpin(signal_deliver.pin);
        pins.unpin(process_exit.pin);
    };
    take_away();
    const auto object = load(control_map);
    if (!object) {
        return std::unexpected(object.error());
    }
    auto attached = attach_all(**object, pins);
    if (!attached) {
        take_away();
    }
    return attached;
}

} // namespace xvrrp::datapath
