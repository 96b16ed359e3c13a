// SPDX-License-Identifier: BSD-2-Clause
//
// Child processes (see process.hpp). Output goes to memory files, so that no child ever waits for a reader.
#include "lab/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <utility>

#include "lab/eventually.hpp"

namespace xvrrp::lab {
namespace {

constexpr int cannot_exec = 127;

int shell_status(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

std::vector<char*> c_strings(const std::vector<std::string>& strings)
{
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (const auto& string : strings) {
        pointers.push_back(const_cast<char*>(string.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// Everything that the child needs, made before the fork: after it only async-signal-safe calls are allowed.
struct child_plan {
    std::vector<char*> argv;
    int net_namespace;
    int input;
    int output;
    int errors;
    int report; ///< where errno goes if the command can't be run; closed by a successful exec
};

[[noreturn]] void run_child(const child_plan& plan)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const bool ready = setpgid(0, 0) == 0 && (plan.net_namespace < 0 || setns(plan.net_namespace, CLONE_NEWNET) == 0) &&
                       dup2(plan.input, 0) == 0 && dup2(plan.output, 1) == 1 && dup2(plan.errors, 2) == 2;
    if (ready) {
        execvp(plan.argv[0], plan.argv.data());
    }
    const int code = errno;
    [[maybe_unused]] const auto written = write(plan.report, &code, sizeof code);
    _exit(cannot_exec);
}

file_descriptor memory_file()
{
    file_descriptor file(memfd_create("xvrrp-lab-output", MFD_CLOEXEC));
    if (file) {
        fcntl(file.get(), F_SETFL, O_APPEND);
    }
    return file;
}

std::string contents(const file_descriptor& file)
{
    std::string text;
    std::array<char, 65536> buffer{};
    ssize_t count = 0;
    while (file && (count = pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

std::optional<pid_t> as_pid(const std::string& name)
{
    pid_t pid = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
    return problem == std::errc() && end == name.data() + name.size() ? std::optional(pid) : std::nullopt;
}

/// Parent's pid, from /proc/PID/stat: the second field after the name's closing bracket.
std::optional<pid_t> parent_of(pid_t pid)
{
    std::ifstream stat(fmt::format("/proc/{}/stat", pid));
    std::string line;
    if (!std::getline(stat, line)) {
        return std::nullopt;
    }
    std::istringstream rest(line.substr(line.rfind(')') + 1));
    char state = 0;
    pid_t parent = 0;
    return rest >> state >> parent ? std::optional(parent) : std::nullopt;
}

/// The process and all its descendants.
std::vector<pid_t> family_of(pid_t root)
{
    std::multimap<pid_t, pid_t> children;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
        if (const auto pid = as_pid(entry.path().filename())) {
            if (const auto parent = parent_of(*pid)) {
                children.emplace(*parent, *pid);
            }
        }
    }
    std::vector<pid_t> family{root};
    for (std::size_t next = 0; next < family.size(); ++next) {
        const auto [first, last] = children.equal_range(family[next]);
        for (auto child = first; child != last; ++child) {
            family.push_back(child->second);
        }
    }
    return family;
}

/// The program that a process runs; empty if it is gone.
std::filesystem::path program_of(pid_t pid)
{
    std::error_code ignored;
    return std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), ignored);
}

} // namespace

result<process> process::start(const std::vector<std::string>& argv, const process_options& options)
{
    if (argv.empty()) {
        return fail("no command to run");
    }
    process started;
    started.output_ = memory_file();
    started.errors_ = options.separate_errors ? memory_file() : file_descriptor();
    const file_descriptor input(open("/dev/null", O_RDONLY | O_CLOEXEC));
    std::array<int, 2> ends{-1, -1};
    if (!started.output_ || !input || pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail_errno(argv[0], errno);
    }
    const file_descriptor read_end(ends[0]);
    file_descriptor write_end(ends[1]);
    const int output = started.output_.get();
    const child_plan plan{.argv = c_strings(argv),
                          .net_namespace = options.net_namespace,
                          .input = input.get(),
                          .output = output,
                          .errors = options.separate_errors ? started.errors_.get() : output,
                          .report = write_end.get()};
    started.pid_ = fork();
    if (started.pid_ < 0) {
        return fail_errno(argv[0], errno);
    }
    if (started.pid_ == 0) {
        run_child(plan);
    }
    write_end.reset();
    int code = 0;
    if (read(read_end.get(), &code, sizeof code) == sizeof code) {
        return fail_errno(argv[0], code);
    }
    return started;
}

process::process(process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_), output_(std::move(other.output_)),
      errors_(std::move(other.errors_))
{
}

process& process::operator=(process&& other) noexcept
{
    std::swap(pid_, other.pid_);
    std::swap(status_, other.status_);
    std::swap(output_, other.output_);
    std::swap(errors_, other.errors_);
    return *this;
}

process::~process()
{
    kill();
}

bool process::reap(bool block)
{
    if (pid_ <= 0 || status_) {
        return true;
    }
    int status = 0;
    pid_t ended = 0;
    do {
        ended = waitpid(pid_, &status, block ? 0 : WNOHANG);
    } while (ended < 0 && errno == EINTR);
    if (ended == pid_) {
        status_ = shell_status(status);
    }
    return status_.has_value();
}

bool process::running()
{
    return !reap(false);
}

std::optional<int> process::wait(std::chrono::steady_clock::duration timeout)
{
    const bool ended = eventually(timeout, [this] { return reap(false); }, std::chrono::milliseconds(1));
    return ended ? status_ : std::nullopt;
}

result<void> process::signal(int number)
{
    if (pid_ <= 0 || reap(false)) {
        return fail_errno("signal", ESRCH);
    }
    if (::kill(pid_, number) != 0) {
        return fail_errno("signal", errno);
    }
    return {};
}

result<void> process::signal_group(int number) const
{
    if (pid_ <= 0 || ::kill(-pid_, number) != 0) {
        return fail_errno("signal", pid_ <= 0 ? ESRCH : errno);
    }
    return {};
}

result<void> process::freeze() const
{
    return signal_group(SIGSTOP);
}

result<void> process::thaw() const
{
    return signal_group(SIGCONT);
}

void process::kill()
{
    if (pid_ <= 0) {
        return;
    }
    // The group outlives its leader as long as one of its members lives; ESRCH when none does.
    ::kill(-pid_, SIGKILL);
    reap(true);
}

std::string process::output() const
{
    return contents(output_);
}

std::string process::errors() const
{
    return contents(errors_);
}

std::optional<std::string> process::wait_for_output(const std::string& pattern,
                                                    std::chrono::steady_clock::duration timeout) const
{
    const std::regex wanted(pattern);
    std::optional<std::string> found;
    const bool seen = eventually(timeout, [&] {
        std::istringstream lines(output());
        for (std::string line; std::getline(lines, line);) {
            if (std::regex_search(line, wanted)) {
                found = line;
                return true;
            }
        }
        return false;
    });
    return seen ? found : std::nullopt;
}

std::vector<pid_t> process::workers() const
{
    std::vector<pid_t> found;
    const auto program = program_of(pid_);
    for (const pid_t member : family_of(pid_)) {
        if (member != pid_ && !program.empty() && program_of(member) == program) {
            found.push_back(member);
        }
    }
    return found;
}

result<std::chrono::nanoseconds> process::cpu_time() const
{
    std::chrono::nanoseconds total{0};
    bool any = false;
    for (const pid_t member : family_of(pid_)) {
        std::error_code ignored;
        for (const auto& task : std::filesystem::directory_iterator(fmt::format("/proc/{}/task", member), ignored)) {
            std::ifstream file(task.path() / "schedstat");
            std::chrono::nanoseconds::rep time = 0;
            if (file >> time) {
                total += std::chrono::nanoseconds(time);
                any = true;
            }
        }
    }
    if (!any) {
        return fail_errno(fmt::format("/proc/{}/task/*/schedstat", pid_), ESRCH);
    }
    return total;
}

result<exec_result> exec(const std::vector<std::string>& argv, process_options options,
                         std::chrono::steady_clock::duration timeout)
{
    options.separate_errors = true;
    auto command = process::start(argv, options);
    if (!command) {
        return std::unexpected(command.error());
    }
    const auto status = command->wait(timeout);
    if (!status) {
        return fail_errno(fmt::format("{}", fmt::join(argv, " ")), ETIMEDOUT);
    }
    return exec_result{.status = *status, .output = command->output(), .errors = command->errors()};
}

result<std::string> exec_checked(const std::vector<std::string>& argv, const process_options& options,
                                 std::chrono::steady_clock::duration timeout)
{
    auto done = exec(argv, options, timeout);
    if (!done) {
        return std::unexpected(done.error());
    }
    if (!done->ok()) {
        return fail(fmt::format("{}: status {}: {}{}", fmt::join(argv, " "), done->status, done->output, done->errors));
    }
    return std::move(done->output);
}

} // namespace xvrrp::lab
