// SPDX-License-Identifier: BSD-2-Clause
//
// The daemon's death, seen by the kernel: `alive` is cleared before the process is torn down, so that the next probe
// gets the answer AdminDown. The daemon knows its own number only in its pid namespace, so it lets death_enter note
// down the one that BPF sees. Tracepoints see every process of the host: what isn't the daemon must cost nothing here.
#include "control.bpf.h"

#include <asm/signal.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline __u32 current_process(void)
{
	return bpf_get_current_pid_tgid() >> 32;
}

/* signal(7): the default action ends the process, with a core or without. */
static __always_inline int kills_by_default(__u64 signal)
{
	switch (signal) {
	case SIGCHLD:
	case SIGCONT:
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGURG:
	case SIGWINCH:
		return 0;
	default:
		return 1;
	}
}

/* Run once by the daemon itself (BPF_PROG_TEST_RUN), in its own context. */
SEC("raw_tp")
int death_enter(void *context)
{
	struct xvrrp_control *control = daemon_control();

	(void)context;
	if (control)
		control->process = current_process();
	return 0;
}

/* signal_deliver(int signal, struct kernel_siginfo *info, struct k_sigaction *action), in the thread that takes the
 * signal. The handler is the first member of `action` everywhere but on MIPS. Nobody handles SIGKILL, which is also how
 * the other threads of an ending process are told. */
SEC("raw_tp/signal_deliver")
int death_signal(struct bpf_raw_tracepoint_args *arguments)
{
	struct xvrrp_control *control = daemon_control();
	const __u64 signal = (__u32)arguments->args[0];
	const void *action = (const void *)arguments->args[2];
	void *handler = (void *)SIG_IGN;

	if (!control || current_process() != control->process || !kills_by_default(signal))
		return 0;
	bpf_probe_read_kernel(&handler, sizeof(handler), action);
	if (signal == SIGKILL || handler == (void *)SIG_DFL)
		control->alive = 0;
	return 0;
}

/* In the thread that ends; of the daemon's threads, the leader runs its loop. */
SEC("raw_tp/sched_process_exit")
int death_exit(void *context)
{
	const __u64 thread = bpf_get_current_pid_tgid();
	struct xvrrp_control *control = daemon_control();

	(void)context;
	if (control && thread >> 32 == control->process && (__u32)thread == control->process)
		control->alive = 0;
	return 0;
}
