// SPDX-License-Identifier: BSD-2-Clause
//
// Supervisor and daemon as processes: signals, restarts and what they run, pid files, the service manager, PID 1.
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <vector>

#include "daemon_world.hpp"
#include "lab/scratch.hpp"

namespace xvrrp::test {
namespace {

std::string number_in(const std::filesystem::path& file)
{
    std::ifstream in(file);
    std::string text;
    in >> text;
    return text;
}

std::vector<pid_t> children_of(pid_t parent)
{
    std::ifstream in("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
    std::vector<pid_t> found;
    for (pid_t each = 0; in >> each;) {
        found.push_back(each);
    }
    return found;
}

bool says(const xvrrpd& who, const std::string& text)
{
    return eventually(10s, [&] { return who.log().find(text) != std::string::npos; });
}

/// Kills the daemon as soon as it answers; gives the pid of the next one.
pid_t kill_daemon(const xvrrpd& who)
{
    const pid_t dead = who.daemon_pid().value();
    who.signal_daemon(SIGKILL);
    const auto next = who.wait_for_next_daemon(dead);
    if (!next) {
        throw std::runtime_error("no other daemon: " + who.log());
    }
    return *next;
}

/// VRID 51 alone on its segment.
class SupervisorProcess : public testing::Test {
protected:
    [[nodiscard]] const lab::net_namespace& place() { return lan_["one"].ns(); }

    static std::string broken() { return "vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 300\n}\n"; }

private:
    lab::segment lan_ = make_lan("auto", {"one"});
};

TEST_F(SupervisorProcess, StatusAndPidFilesNameBoth)
{
    xvrrpd one(place(), file_of(fast_instance(200)));
    const control::daemon_status status = one.status();
    EXPECT_EQ(status.supervisor_pid, one.process().pid());
    EXPECT_EQ(children_of(one.process().pid()), std::vector{static_cast<pid_t>(status.pid)});
    EXPECT_EQ(number_in(one.file("xvrrpd.pid")), std::to_string(one.process().pid()));
    EXPECT_EQ(number_in(one.file("daemon.pid")), std::to_string(status.pid));
    const pid_t next = kill_daemon(one);
    EXPECT_EQ(number_in(one.file("xvrrpd.pid")), std::to_string(one.process().pid()));
    EXPECT_EQ(number_in(one.file("daemon.pid")), std::to_string(next));
    EXPECT_EQ(one.stop(), 0);
    EXPECT_FALSE(std::filesystem::exists(one.file("xvrrpd.pid")));
    EXPECT_FALSE(std::filesystem::exists(one.file("daemon.pid")));
}

TEST_F(SupervisorProcess, StalePidFilesBlockNobody)
{
    xvrrpd one(place(), file_of(fast_instance(200)));
    one.kill();
    ASSERT_NE(number_in(one.file("xvrrpd.pid")), "") << "left behind";
    ASSERT_NE(number_in(one.file("daemon.pid")), "") << "left behind";
    one.start();
    EXPECT_EQ(number_in(one.file("xvrrpd.pid")), std::to_string(one.process().pid()));
    EXPECT_EQ(number_in(one.file("daemon.pid")), std::to_string(one.status().pid));
}

TEST_F(SupervisorProcess, ARestartRunsWhatRanAndNotWhatTheFileHasBecome)
{
    const xvrrpd one(place(), file_of(fast_instance(200)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    instance_text wider = fast_instance(200);
    wider.addresses = {vip, "10.0.0.71"};
    one.write_configuration(file_of(wider));
    ASSERT_TRUE(one.reload().ok());
    one.write_configuration(broken());
    kill_daemon(one);
    EXPECT_EQ(one.instance("VI_1").vips.size(), 2U) << "what the reload had brought";
    EXPECT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    EXPECT_FALSE(one.reload().ok());
    one.write_configuration(file_of(fast_instance(200)));
    EXPECT_TRUE(one.reload().ok()) << "from there on the file counts again";
    EXPECT_EQ(one.instance("VI_1").vips.size(), 1U);
}

TEST_F(SupervisorProcess, AHangupOfTheSupervisorReloadsTheDaemon)
{
    xvrrpd one(place(), file_of(fast_instance(200)));
    instance_text wider = fast_instance(200);
    wider.addresses = {vip, "10.0.0.71"};
    one.write_configuration(file_of(wider));
    one.signal_supervisor(SIGHUP);
    EXPECT_TRUE(eventually(10s, [&] { return one.instance("VI_1").vips.size() == 2; })) << one.log();
}

TEST_F(SupervisorProcess, ADaemonThatDiesAgainIsWaitedForAndAHangupDoesNotWait)
{
    xvrrpd one(place(), file_of(fast_instance(200)));
    kill_daemon(one);
    kill_daemon(one);
    EXPECT_TRUE(says(one, "started again in 1 s"));
    const pid_t dead = one.daemon_pid().value();
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(says(one, "started again in 2 s"));
    instance_text wider = fast_instance(200);
    wider.addresses = {vip, "10.0.0.71"};
    one.write_configuration(file_of(wider));
    one.signal_supervisor(SIGHUP);
    ASSERT_TRUE(one.wait_for_next_daemon(dead));
    EXPECT_EQ(one.instance("VI_1").vips.size(), 2U) << "a reload that came between two daemons";
}

TEST_F(SupervisorProcess, AStopBetweenTwoDaemonsRemovesTheAddresses)
{
    xvrrpd one(place(), file_of(fast_instance(200)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    kill_daemon(one);
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.signal_daemon(SIGKILL);
    ASSERT_TRUE(says(one, "started again in 1 s"));
    EXPECT_TRUE(place().has_address(vip));
    EXPECT_EQ(one.stop(), 0);
    EXPECT_FALSE(place().has_address(vip));
}

TEST_F(SupervisorProcess, ThatIsNotToRespawnEndsWithTheDaemonAndRemovesItsAddresses)
{
    xvrrpd one(place(), file_of(fast_instance(200)), {}, {"--dont-respawn"});
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.signal_daemon(SIGKILL);
    EXPECT_EQ(one.process().wait(10s), 1);
    EXPECT_FALSE(place().has_address(vip));
}

TEST_F(SupervisorProcess, EndsWithADaemonThatCannotStart)
{
    EXPECT_ANY_THROW(xvrrpd(place(), broken()));
    const lab::scratch_directory files = must(lab::scratch_directory::create("failing"));
    const auto file = must(files.write("xvrrpd.conf", broken()));
    for (const std::vector<std::string>& how : {std::vector<std::string>{"-n"}, std::vector<std::string>{}}) {
        std::vector<std::string> argv{xvrrpd_binary(), "-G", "-f", file, "-p", files.path() / "pid"};
        std::ranges::copy(how, std::back_inserter(argv));
        const auto tried = must(place().exec(argv));
        EXPECT_EQ(tried.status, 1);
        EXPECT_NE(tried.errors.find("virtual_router_id"), std::string::npos) << tried.errors;
        EXPECT_FALSE(std::filesystem::exists(files.path() / "pid"));
    }
}

TEST_F(SupervisorProcess, ADaemonThatIsToldToStopEndsBoth)
{
    xvrrpd one(place(), file_of(fast_instance(200)));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    one.signal_daemon(SIGTERM);
    EXPECT_EQ(one.process().wait(10s), 0);
    EXPECT_FALSE(place().has_address(vip));
}

TEST_F(SupervisorProcess, ASignalToTheWholeGroupCountsOnce)
{
    instance_text slow = fast_instance(255);
    slow.advert_int = "10";
    slow.state = "MASTER";
    xvrrpd one(place(), file_of(slow));
    ASSERT_TRUE(one.wait_for_state("VI_1", "MASTER"));
    must(one.process().signal_group(SIGINT)); // Ctrl-C
    ASSERT_TRUE(one.wait_for_state("VI_1", "LEAVING"));
    EXPECT_TRUE(throughout(500ms, [&] { return one.process().running(); })) << "waits for a successor";
    must(one.process().signal_group(SIGINT));
    EXPECT_EQ(one.process().wait(5s), 0);
    EXPECT_FALSE(place().has_address(vip));
}

/// A service manager's socket, which sees who sends.
class manager {
public:
    explicit manager(const std::filesystem::path& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        constexpr int on = 1;
        constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("bind");
        }
    }
    struct message {
        pid_t sender = 0;
        std::string text;
    };
    /// The next one, waited for up to ten seconds.
    [[nodiscard]] message next() const
    {
        std::array<char, 512> text{};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
        iovec place{.iov_base = text.data(), .iov_len = text.size()};
        msghdr header{};
        header.msg_iov = &place;
        header.msg_iovlen = 1;
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        const ssize_t length = ::recvmsg(socket_.get(), &header, 0);
        if (length < 0) {
            throw std::runtime_error("no message");
        }
        ucred sender{};
        std::memcpy(&sender, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof sender);
        return {.sender = sender.pid, .text = std::string(text.data(), static_cast<std::size_t>(length))};
    }

private:
    lab::file_descriptor socket_;
};

TEST_F(SupervisorProcess, TheServiceManagerHearsOfTheDaemonFromItsMainProcess)
{
    const lab::scratch_directory files = must(lab::scratch_directory::create("notify"));
    const manager systemd(files.path() / "notify");
    ASSERT_EQ(::setenv("NOTIFY_SOCKET", (files.path() / "notify").c_str(), 1), 0);
    xvrrpd one(place(), file_of(fast_instance(200)));
    ::unsetenv("NOTIFY_SOCKET");
    const pid_t supervisor = one.process().pid();
    const manager::message ready = systemd.next();
    EXPECT_EQ(ready.text, "READY=1\nMAINPID=" + std::to_string(supervisor));
    EXPECT_EQ(ready.sender, supervisor) << "NotifyAccess=main listens to nobody else";
    one.hangup();
    EXPECT_EQ(systemd.next().text.substr(0, 12), "RELOADING=1\n");
    EXPECT_EQ(systemd.next().text, ready.text);
    EXPECT_EQ(one.stop(), 0);
    const manager::message stopping = systemd.next();
    EXPECT_EQ(stopping.text, "STOPPING=1");
    EXPECT_EQ(stopping.sender, supervisor);
}

TEST_F(SupervisorProcess, IsPid1OfAContainerAndReapsItsOrphans)
{
    const lab::scratch_directory files = must(lab::scratch_directory::create("container"));
    const auto configuration = must(files.write("xvrrpd.conf", file_of(fast_instance(200))));
    const std::filesystem::path pins = std::filesystem::path("/sys/fs/bpf") / lab::unique_name("container");
    const std::string socket = files.path() / "control.sock";
    lab::process container = must(place().start({"unshare",      "--pid",
                                                 "--fork",       "--kill-child",
                                                 "--mount-proc", xvrrpd_binary(),
                                                 "-n",           "-l",
                                                 "-D",           "-G",
                                                 "-f",           configuration,
                                                 "-p",           files.path() / "pid",
                                                 "-r",           files.path() / "daemon",
                                                 "--bpf-dir",    pins,
                                                 "--socket",     socket}));
    const auto logged = [&](const std::string& text) { return container.output().find(text) != std::string::npos; };
    ASSERT_TRUE(eventually(30s, [&] { return logged("Entering MASTER"); })) << container.output();
    EXPECT_EQ(number_in(files.path() / "pid"), "1");
    const std::vector<pid_t> inside = children_of(container.pid());
    ASSERT_EQ(inside.size(), 1U);
    const pid_t first = inside.front();
    ASSERT_EQ(children_of(first).size(), 1U) << "the daemon";
    const pid_t daemon = children_of(first).front();

    // Its maker ends at once, so it becomes PID 1's.
    const auto entered = must(lab::exec({"nsenter", "--pid", "--mount", "--target", std::to_string(first), "sh", "-c",
                                         "setsid sleep 1 >/dev/null 2>&1 </dev/null &"}));
    ASSERT_TRUE(entered.ok()) << entered.errors;
    EXPECT_TRUE(eventually(5s, [&] { return children_of(first).size() == 2; })) << "the orphan";
    EXPECT_TRUE(eventually(10s, [&] { return children_of(first).size() == 1; })) << "a zombie stays";

    ::kill(daemon, SIGKILL);
    ASSERT_TRUE(eventually(30s, [&] { return logged("VIPs of an earlier run are in place"); })) << container.output();
    ASSERT_TRUE(eventually(30s, [&] { return number_in(files.path() / "daemon") != "2"; }));
    // Signals of the outside reach PID 1 although no handler is set.
    ASSERT_EQ(::kill(first, SIGTERM), 0);
    EXPECT_EQ(container.wait(20s), 0) << container.output();
    EXPECT_FALSE(place().has_address(vip));
    EXPECT_FALSE(std::filesystem::exists(pins)) << "a clean stop";
}

} // namespace
} // namespace xvrrp::test
