// Sockets of root and swap files are what they are under any name.
#include "tests/unit/controls/mounts_fixture.h"

namespace hardened::controls {
namespace {

class MountSockets : public MountsTest {};

TEST_F(MountSockets, SocketsOfRootUnderAnyName) {
  is_refused(bind_of("/var/run/docker.sock"),
             "it is the socket of an engine (/run/docker.sock), through which");
  is_refused(bind_of("/run"), "it contains the socket of an engine (/run/docker.sock)");
  host.node("/srv/own/docker.sock", Stat::Type::socket);
  host.hard_link("/srv/data/link", "/srv/own/docker.sock");
  host.machine.listeners.push_back({"/srv/own/docker.sock", makedev(8, 1),
                                    static_cast<std::uint32_t>(host.status("/srv/own/docker.sock")->inode)});
  is_refused(bind_of("/srv/own/docker.sock"), "it is the socket of an engine (/srv/own/docker.sock)");
  is_refused(bind_of("/srv/data/link"), "it is the socket of an engine (/srv/own/docker.sock)");
  is_refused(bind_of("/srv/own"), "it contains the socket of an engine");
  passes(bind_of("/srv/data"));
  passes(bind_of("/srv/own/docker.sock"), rule("allow: []", "allow: [/srv/own/docker.sock]"));
  // Of a user's own, and of a name that leads to nothing any more.
  host.node("/srv/data/agent", Stat::Type::socket, 0, {.mode = 0600, .uid = 1000});
  host.machine.listeners.push_back({"/srv/data/agent", makedev(8, 1),
                                    static_cast<std::uint32_t>(host.status("/srv/data/agent")->inode), 1000});
  host.machine.listeners.push_back({"/srv/data/gone", makedev(8, 1), 77});
  passes(bind_of("/srv/data/agent"));
  passes(bind_of("/srv/data"));
}

TEST_F(MountSockets, ASocketIsRefusedWhereNobodyTellsWhoListens) {
  host.node("/srv/data/s", Stat::Type::socket, 0, {.mode = 0600, .uid = 1000});
  passes(bind_of("/srv/data/s"));
  host.fail(test::Operation::listeners, "", {Fault::io, "no netlink"});
  is_refused(bind_of("/srv/data/s"), "does not tell who listens");
  is_refused(bind_of("/srv/data"), "does not tell whether root listens");
  passes(bind_of("/srv/data"), rule("allow: []", "allow: [/srv/data]"));
  passes(bind_of("/var/lib/docker/volumes/v/_data"));
}

// The file can be given away, and made anybody's; the socket is still root's.
TEST_F(MountSockets, ASocketIsItsListenersWhoseverTheFileIs) {
  host.node("/srv/own/docker.sock", Stat::Type::socket, 0, {.mode = 0660, .uid = 1000});
  const auto inode = static_cast<std::uint32_t>(host.status("/srv/own/docker.sock")->inode);
  for (const std::optional<std::uint32_t> uid :
       {std::optional<std::uint32_t>(), std::optional<std::uint32_t>(0)}) {
    host.machine.listeners = {{"/srv/own/docker.sock", makedev(8, 1), inode, uid}};
    is_refused(bind_of("/srv/own/docker.sock"), "it is the socket of an engine");
    is_refused(bind_of("/srv/own"), "it contains the socket of an engine");
  }
  host.machine.listeners[0].uid = 1000;
  passes(bind_of("/srv/own/docker.sock"));
}

TEST_F(MountSockets, ASocketComesAlong) {
  host.node("/srv/own/docker.sock", Stat::Type::socket);
  host.machine.listeners.push_back({"/srv/own/docker.sock", makedev(8, 1),
                                    static_cast<std::uint32_t>(host.status("/srv/own/docker.sock")->inode),
                                    0});
  host.file("/srv/data/s", "");
  host.mount("20 1 8:1 /srv/own/docker.sock /srv/data/s", "ext4");
  is_refused(bind_of("/srv/data"), "it brings /srv/data/s along: it is the socket of an engine");
}

TEST_F(MountSockets, SwapFilesUnderAnyName) {
  host.file("/srv/swap/file one", "", {.mode = 0600}).directory("/srv/data/far");
  host.hard_link("/home/u/src/link", "/srv/swap/file one");
  host.file("/proc/swaps",
            "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
            "/dev/sda2                               partition\t1000\t\t0\t\t-2\n"
            "/srv/swap/file\\040one                  file\t\t1000\t\t0\t\t-3\n"
            "/srv/gone\\040(deleted)                 file\t\t1000\t\t0\t\t-4\n");
  const std::string words = "a swap file of the host (/srv/swap/file one), in which its memory lies";
  is_refused(bind_of("/srv/swap/file one", R"("bind","ro")"), "it is " + words);
  is_refused(bind_of("/home/u/src/link"), "it is " + words);
  is_refused(bind_of("/srv/swap"), "it contains " + words);
  is_refused(bind_of("/srv"), "it contains " + words);
  passes(bind_of("/srv/data"));
  host.file("/srv/data/far/f", "");
  host.mount("20 1 8:1 /srv/swap/file\\040one /srv/data/far/f", "ext4");
  is_refused(bind_of("/srv/data"), "it brings /srv/data/far/f along: it is " + words);
  passes(bind_of("/srv/swap"), rule("allow: []", "allow: [/srv/swap]"));
}

TEST_F(MountSockets, AHostThatDoesNotTellItsSwapIsAFault) {
  host.fail(test::Operation::read, "/proc/swaps", {Fault::io, "no"});
  EXPECT_FALSE(harden<Mounts>(host, bundle(bind_of("/srv/data")), kRule).ok());
}

}  // namespace
}  // namespace hardened::controls
