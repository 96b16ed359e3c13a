// SPDX-License-Identifier: BSD-2-Clause
//
// How long a large configuration takes to read, and how much memory: `xvrrpd -t` and `keepalived -t` in turns on the
// same files. Medians are what to look at, a shared machine is noisy.
#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

namespace {

constexpr unsigned interfaces = 8;
constexpr unsigned vips = 4;

/// One definition, repeated.
std::string by_loops(unsigned routers)
{
    return fmt::format("global_defs {{\n    dynamic_interfaces\n}}\n"
                       "$ROUTER= \\\n"
                       "    vrrp_instance VI_${{IF}}_${{ID}} {{ \\\n"
                       "        interface eth${{IF}} \\\n"
                       "        virtual_router_id ${{ID}} \\\n"
                       "        priority 90 \\\n"
                       "        virtual_ipaddress {{ \\\n"
                       "            ~SEQ(HOST, 1, {}) 10.${{IF}}.${{ID}}.${{HOST}}/24 \\\n"
                       "        }} \\\n"
                       "    }}\n"
                       "~SEQ(IF, 0, {}) ~SEQ(ID, 1, {}) $ROUTER\n",
                       vips, interfaces - 1, routers / interfaces);
}

/// The same without loops and definitions.
std::string written_out(unsigned routers)
{
    std::string text = "global_defs {\n    dynamic_interfaces\n}\n";
    for (unsigned interface = 0; interface < interfaces; ++interface) {
        for (unsigned id = 1; id <= routers / interfaces; ++id) {
            text += fmt::format("vrrp_instance VI_{0}_{1} {{\n    interface eth{0}\n    virtual_router_id {1}\n"
                                "    priority 90\n    virtual_ipaddress {{\n",
                                interface, id);
            for (unsigned host = 1; host <= vips; ++host) {
                text += fmt::format("        10.{}.{}.{}/24\n", interface, id, host);
            }
            text += "    }\n}\n";
        }
    }
    return text;
}

class scratch_file {
public:
    explicit scratch_file(const std::string& text)
    {
        const int fd = ::mkstemp(path_.data());
        if (fd < 0) {
            throw std::system_error(errno, std::generic_category(), path_);
        }
        ::close(fd);
        std::ofstream(path_) << text;
    }
    ~scratch_file() { ::unlink(path_.c_str()); }
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "parse_cost.XXXXXX").string();
};

struct cost {
    double milliseconds = 0;
    double cpu_milliseconds = 0;
    double mebibytes = 0; ///< resident at most
};

double milliseconds_of(const ::timeval& time)
{
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

/// `PROGRAM -t -f FILE`, whatever it says.
cost run(const std::string& program, const std::string& file)
{
    const auto start = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child < 0) {
        throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (child == 0) {
        const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            ::dup2(nowhere, stream);
        }
        ::execlp(program.c_str(), program.c_str(), "-t", "-f", file.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::rusage used{};
    if (::wait4(child, &status, 0, &used) != child) {
        throw std::system_error(errno, std::generic_category(), "wait4");
    }
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 127) {
        throw std::runtime_error(program + " can't be run");
    }
    return {.milliseconds = taken.count(),
            .cpu_milliseconds = milliseconds_of(used.ru_utime) + milliseconds_of(used.ru_stime),
            .mebibytes = static_cast<double>(used.ru_maxrss) / 1024};
}

double median(const std::vector<cost>& all, double cost::* what)
{
    std::vector<double> values;
    std::ranges::transform(all, std::back_inserter(values), [what](const cost& each) { return each.*what; });
    std::ranges::sort(values);
    return values[values.size() / 2];
}

struct contender {
    std::string name;
    std::string program;
};

void measure(unsigned routers, unsigned rounds)
{
    const std::array<contender, 2> contenders{
        {{.name = "xvrrpd", .program = XVRRPD_BINARY}, {.name = "keepalived", .program = "keepalived"}}};
    const std::array<std::pair<std::string, std::string>, 2> texts{
        {{"~SEQ and a definition", by_loops(routers)}, {"written out", written_out(routers)}}};
    fmt::print("{} instances with {} VIPs, medians of {}\n{:<38}{:>10}{:>10}{:>10}\n", routers, vips, rounds, "", "ms",
               "CPU ms", "MiB");
    for (const auto& [form, text] : texts) {
        const scratch_file file(text);
        std::array<std::vector<cost>, contenders.size()> seen;
        for (unsigned round = 0; round < rounds; ++round) {
            for (std::size_t i = 0; i < contenders.size(); ++i) {
                seen.at(i).push_back(run(contenders.at(i).program, file.path()));
            }
        }
        for (std::size_t i = 0; i < contenders.size(); ++i) {
            fmt::print("{:<38}{:>10.1f}{:>10.1f}{:>10.1f}\n", contenders.at(i).name + " -t, " + form,
                       median(seen.at(i), &cost::milliseconds), median(seen.at(i), &cost::cpu_milliseconds),
                       median(seen.at(i), &cost::mebibytes));
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app{"How long xvrrpd and keepalived take to read a large configuration"};
    unsigned routers = 2000;
    unsigned rounds = 9;
    app.add_option("--instances", routers, "Instances, on 8 interfaces")
        ->check(CLI::Range(interfaces, interfaces * 250))
        ->capture_default_str();
    app.add_option("--rounds", rounds, "Runs of each")->check(CLI::PositiveNumber)->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        measure(routers, rounds);
    } catch (const std::exception& error) {
        fmt::print(stderr, "parse_cost: {}\n", error.what());
        return 1;
    }
    return 0;
}
