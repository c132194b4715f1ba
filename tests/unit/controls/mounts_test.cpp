#include "controls/mounts.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/controls/hardening.h"
#include "tests/unit/controls/mounts_world.h"

namespace hardened::controls {
namespace {

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string bind_of(const std::string& source, const std::string& options = R"("rbind","rprivate")",
                    const std::string& destination = "/data") {
  return R"({"destination":)" + quoted(destination) + R"(,"type":"bind","source":)" + quoted(source) +
         R"(,"options":[)" + options + "]}";
}
std::string bundle(const std::string& mounts) { return R"({"mounts":[)" + mounts + "]}"; }

class MountsTest : public testing::Test {
 protected:
  Hardened<Mounts> hardened(const std::string& json, const std::string& rule = kRule) {
    const auto document = doc::read_json("config.json", json);
    EXPECT_TRUE(document.ok());
    const auto ceiling = ceiling_of<Mounts>(rule);
    EXPECT_TRUE(ceiling.ok()) << (ceiling ? "" : ceiling.error().what);
    const Container container{kContainer, {}};
    const Spec spec(*document, Scope::bundle, container);
    const auto facts = Mounts::gather(host, spec, *ceiling);
    EXPECT_TRUE(facts.ok()) << (facts ? "" : facts.error().what);
    const auto request = Mounts::read(spec, *facts);
    EXPECT_TRUE(request.ok());
    Hardened<Mounts> out{Mounts::narrow(*request, *ceiling, *facts, {}), json};
    SpecEdits edits(Scope::bundle);
    if (out.outcome.verdict != Verdict::refused) Mounts::write(spec, *facts, out.outcome.granted, edits);
    if (!edits.edits().empty()) out.text = *doc::apply(*document, edits.edits());
    judged = Mounts::judged_sources(*facts);
    return out;
  }

  void passes(const std::string& mount, const std::string& rule = kRule) {
    const auto result = hardened(bundle(mount), rule);
    EXPECT_EQ(result.outcome.verdict, Verdict::unchanged)
        << mount << ": " << (result.outcome.changes.empty() ? "" : result.outcome.changes[0].reason);
    EXPECT_EQ(result.text, bundle(mount));
  }
  void is_refused(const std::string& mount, const std::string& words, const std::string& rule = kRule) {
    const auto result = hardened(bundle(mount), rule);
    EXPECT_EQ(result.outcome.verdict, Verdict::refused) << mount;
    ASSERT_FALSE(result.outcome.changes.empty()) << mount;
    EXPECT_NE(result.outcome.changes[0].reason.find(words), std::string::npos)
        << mount << ": " << result.outcome.changes[0].reason;
  }
  static std::string rule(const std::string& from, const std::string& to) {
    std::string text = kRule;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }

  MountsWorld host;
  std::vector<std::string> judged;
};

TEST_F(MountsTest, EverydaySourcesPassByteForByte) {
  host.file("/home/u/compose.yaml", "", {.mode = 0600, .uid = 1000});
  for (const char* source : {"/home/u/src", "/home", "/srv/data", "/tmp", "/home/u/compose.yaml"})
    passes(bind_of(source));
  passes(bind_of("/srv/data", R"("rbind","ro","rslave")"));
  passes(R"({"destination":"/t","type":"tmpfs","source":"tmpfs","options":["noexec","size=1m"]})");
  passes(R"({"destination":"/t","type":"tmpfs"})");
  passes(R"({"destination":"/proc","type":"proc","options":[]},{"destination":"/s","type":"sysfs"})");
}

TEST_F(MountsTest, WhatIsNotThereIsLeftToTheRuntime) {
  passes(bind_of("/srv/none"));
  EXPECT_EQ(judged, (std::vector<std::string>{"nothing", ""}));
}

TEST_F(MountsTest, EnginesFilesPass) {
  const std::string docker = "/var/lib/docker/";
  for (const std::string& source :
       {docker + "containers/" + kContainer + "/hosts", docker + "containers/" + kOther + "/hosts",
        docker + "containers/" + kOther + "/resolv.conf", docker + "containers/" + kOther + "/mounts/shm",
        docker + "containers/" + kContainer + "/mounts/secrets/s", docker + "volumes/v/_data"}) {
    passes(bind_of(source));
  }
  is_refused(bind_of(docker + "containers/" + kOther + "/mounts/secrets/s"), "lies in /var/lib/docker");
  is_refused(bind_of(docker + "containers/" + kContainer + "/config.v2.json"), "lies in /var/lib/docker");
  is_refused(bind_of(docker + "containers/" + kContainer), "lies in /var/lib/docker");
  is_refused(bind_of(docker + "volumes"), "lies in /var/lib/docker");
  is_refused(bind_of(docker), "it is /var/lib/docker");
}

TEST_F(MountsTest, ProtectedPlacesTheirPartsAndWhatContainsThem) {
  is_refused(bind_of("/"), "it contains /etc, a protected place");
  is_refused(bind_of("/", R"("bind")"), "it contains /");
  is_refused(bind_of("/etc"), "it is /etc");
  is_refused(bind_of("/etc/shadow", R"("rbind","ro")"), "it lies in /etc");
  is_refused(bind_of("/root/.ssh/../.ssh"), "..");
  is_refused(bind_of("/var"), "it contains /");
  is_refused(bind_of("/bin"), "it is /usr/bin");
  is_refused(bind_of("/boot"), "it is /boot");
  is_refused(bind_of("/var/spool/cron"), "it is /var/spool/cron");
  for (const char* place : {"/var/lib/cloud", "/var/lib/libvirt", "/var/lib/pam", "/var/lib/snapd", "/nix"}) {
    host.directory(place);
    is_refused(bind_of(place), "it is " + std::string(place));
  }
}

// A directory that is a link, and one whose parent is.
TEST_F(MountsTest, LinksAreSeenThrough) {
  host.symlink("/srv/data/x", "/etc");
  host.symlink("/srv/link", "/");
  is_refused(bind_of("/srv/data/x"), "it is /etc");
  is_refused(bind_of("/srv/link/root"), "it is /root");
  is_refused(bind_of("/proc/self/root"), "/proc");
}

TEST_F(MountsTest, BindsOfBindsAreSeenThrough) {
  host.directory("/var/lib/docker/volumes/root/_data/etc");
  host.mount("20 1 8:1 / /var/lib/docker/volumes/root/_data", "ext4");
  is_refused(bind_of("/var/lib/docker/volumes/root/_data", R"("bind")"), "it contains /");
  is_refused(bind_of("/var/lib/docker/volumes/root/_data/etc"), "it is /etc");
  host.directory("/mnt/again");
  host.mount("21 1 8:1 /etc /mnt/again", "ext4");
  is_refused(bind_of("/mnt/again"), "it is /etc");
  is_refused(bind_of("/mnt"), "it brings /mnt/again along: it is /etc");
  passes(bind_of("/mnt", R"("bind","rprivate")"));
}

// A file system that stands in a protected place alone is a part of it, under any other name.
TEST_F(MountsTest, FileSystemsAtHomeInAProtectedPlace) {
  is_refused(bind_of("/dev/shm"), "lies in /dev");
  host.directory("/var/lib/docker/volumes/shm/_data");
  host.mount("20 1 0:23 / /var/lib/docker/volumes/shm/_data", "tmpfs");
  is_refused(bind_of("/var/lib/docker/volumes/shm/_data"), "lies in /dev");
  host.directory("/var/lib/docker/overlay2/o/merged");
  host.mount("21 1 0:70 / /var/lib/docker/overlay2/o/merged", "overlay");
  is_refused(bind_of("/var/lib/docker/overlay2/o/merged"), "lies in /var/lib/docker");
  // A volume of its own, and a disk that is mounted anywhere else as well.
  host.directory("/var/lib/docker/volumes/nfs/_data");
  host.mount("22 1 0:71 / /var/lib/docker/volumes/nfs/_data", "nfs4");
  passes(bind_of("/var/lib/docker/volumes/nfs/_data"));
  host.directory("/run/disk");
  host.mount("23 1 8:9 / /run/disk", "ext4");
  host.directory("/mnt/disk");
  host.mount("24 1 8:9 / /mnt/disk", "ext4");
  passes(bind_of("/mnt/disk"));
}

// Of the file system of another place, or of one that is mounted elsewhere as well.
TEST_F(MountsTest, WhatIsMountedWithinAProtectedPlaceBelongsToIt) {
  for (const char* path :
       {"/srv/data/local/bin", "/usr/local", "/usr/games", "/etc/x", "/mnt/games", "/mnt/sub"})
    host.directory(path);
  host.mount("20 1 8:1 /srv/data/local /usr/local", "ext4");
  host.directory("/usr/local/bin");
  is_refused(bind_of("/usr/local/bin"), "it lies in /usr/local, a protected place");
  is_refused(bind_of("/srv/data/local/bin"), "it lies in /usr/local, a protected place");
  is_refused(bind_of("/srv/data/local"), "it is /usr/local, a protected place");
  is_refused(bind_of("/srv/data"), "it contains /usr/local, a protected place");
  passes(bind_of("/home/u/src"));
  host.mount("21 1 8:5 / /usr/games", "ext4");
  host.mount("22 1 8:5 / /mnt/games", "ext4");
  is_refused(bind_of("/mnt/games"), "it is /usr/games");
  host.mount("23 1 0:35 /@x /etc/x", "btrfs");
  host.mount("24 1 0:35 /@x/sub /mnt/sub", "btrfs");
  is_refused(bind_of("/mnt/sub"), "it lies in /etc/x");
  passes(bind_of("/srv/data/local"), rule("allow: []", "allow: [/srv/data/local]"));
  passes(bind_of("/usr/local"), rule("allow: []", "allow: [/usr/local]"));
  is_refused(bind_of("/usr/local"), "it is /usr/local", rule("allow: []", "allow: [/srv]"));
}

// As it is for what lies in the place itself.
TEST_F(MountsTest, APartIsOpenWhereItsPlaceIs) {
  host.directory("/etc/nginx/sites").directory("/srv/data/sites").file("/srv/data/zones/UTC", "");
  host.mount("20 1 8:1 /srv/data/sites /etc/nginx/sites", "ext4");
  is_refused(bind_of("/srv/data/sites"), "it is /etc/nginx/sites");
  passes(bind_of("/srv/data/sites"), rule("allow: []", "allow: [/etc/nginx]"));
  passes(bind_of("/etc/nginx/sites"), rule("allow: []", "allow: [/etc/nginx]"));
  host.directory("/usr/share/zoneinfo");
  host.mount("21 1 8:1 /srv/data/zones /usr/share/zoneinfo", "ext4");
  passes(bind_of("/usr/share/zoneinfo/UTC", R"("rbind","ro")"));
  is_refused(bind_of("/usr/share/zoneinfo/UTC"), "lies in /usr/share/zoneinfo");
}

TEST_F(MountsTest, OfTwoNamesForAPartTheDeeperDecides) {
  host.directory("/etc/nginx/keys").directory("/srv/data/keys");
  host.mount("20 1 8:1 /srv/data/keys /etc/nginx/keys", "ext4");
  const auto both = [](const std::string& guarded, const std::string& allowed) {
    return "protected: [" + guarded + "]\nallow: [" + allowed +
           "]\ndata_roots: []\nfilesystems: [data-default]\ntypes: []\npropagation: slave\nrequired: []";
  };
  is_refused(bind_of("/srv/data/keys"), "it is /etc/nginx/keys", both("/etc, /etc/nginx/keys", "/etc/nginx"));
  passes(bind_of("/srv/data/keys"), both("/etc", "/etc/nginx"));
  is_refused(bind_of("/srv/data/keys"), "it is /etc/nginx/keys", both("/etc/nginx", "/etc"));
  passes(bind_of("/srv/data/keys"), both("/etc/nginx", "/etc/nginx"));
}

// schroot, kubelet and others show below /run and their own directories what is kept elsewhere.
TEST_F(MountsTest, WhatServicesShowElsewhereStaysWhatItIs) {
  host.directory("/run/schroot/mount/s/home").directory("/var/lib/kubelet/pods/p/v");
  host.mount("20 6 8:1 /home /run/schroot/mount/s/home", "ext4");
  passes(bind_of("/home"));
  passes(bind_of("/home/u/src"));
  host.mount("21 1 0:35 /@pods /var/lib/kubelet/pods", "btrfs");
  host.mount("22 1 0:36 /@v /run/v", "btrfs");
  host.mount("23 1 0:36 /@v /mnt/v", "btrfs");
  for (const char* path : {"/run/v", "/mnt/v"}) host.directory(path);
  is_refused(bind_of("/var/lib/kubelet/pods/p"), "it lies in /var/lib/kubelet");
  passes(bind_of("/mnt/v"));
}

// The home of a chroot is the home of the host; what else stands in for a part of a protected place stays one.
TEST_F(MountsTest, WhatPeopleKeepTheirDataInIsNoPartOfAPlace) {
  host.directory("/root/chroot/home")
      .directory("/home/u/src")
      .directory("/home/u/linux")
      .directory("/usr/src/linux");
  host.mount("20 1 8:1 /home /root/chroot/home", "ext4");
  passes(bind_of("/home"));
  passes(bind_of("/home/u/src"));
  host.mount("21 1 8:1 /home/u/linux /usr/src/linux", "ext4");
  is_refused(bind_of("/home/u/linux"), "it is /usr/src/linux");
  passes(bind_of("/home/u/src"));
}

TEST_F(MountsTest, AViewOfTheHostIsNoPartOfAPlace) {
  host.directory("/root/mnt").directory("/root/top").directory("/root/@root");
  host.mount("20 1 8:1 / /root/mnt", "ext4");
  passes(bind_of("/srv/data"));
  is_refused(bind_of("/root/mnt"), "it contains /etc");
  // The one below shows nothing any more.
  host.mount("21 1 8:1 /srv /root/top", "ext4");
  host.mount("22 1 0:70 / /root/top", "tmpfs");
  passes(bind_of("/srv/data"));
}

// What users mount by their volumes, and what old engines mount into a container while they copy.
TEST_F(MountsTest, WhatEnginesMountIsNoPartOfTheirDirectories) {
  const std::string docker = "/var/lib/docker/";
  host.directory(docker + "overlay2/o/merged/data").directory(docker + "containers/c/mounts/shm");
  host.mount("20 1 8:1 /srv/data /var/lib/docker/volumes/v/_data", "ext4");
  host.mount("21 1 8:1 /srv/data /var/lib/docker/overlay2/o/merged/data", "ext4");
  host.mount("22 1 8:1 /var/lib/docker/volumes/v/_data /var/lib/docker/overlay2/o/merged/more", "ext4");
  passes(bind_of("/srv/data"));
  passes(bind_of(docker + "volumes/v/_data"));
  host.mount("23 1 0:35 /@data /var/lib/docker/volumes/w/_data", "btrfs");
  host.directory(docker + "volumes/w/_data/x");
  passes(bind_of(docker + "volumes/w/_data"));
  passes(bind_of(docker + "volumes/w/_data/x"));
  // All volumes on a file system of their own.
  host.mount("24 1 0:36 /@volumes /var/lib/docker/volumes", "btrfs");
  host.directory(docker + "volumes/y/_data").directory(docker + "volumes/y/other");
  passes(bind_of(docker + "volumes/y/_data"));
  is_refused(bind_of(docker + "volumes/y/other"), "it lies in /var/lib/docker");
}

// As tools mount the top of a btrfs whose subvolumes make up the host.
TEST_F(MountsTest, AFileSystemIsAtHomeWhereItsSubvolumesAreToo) {
  host.directory("/run/backup/@srv").directory("/srv/sub");
  host.mount("20 6 0:35 / /run/backup", "btrfs");
  is_refused(bind_of("/run/backup/@srv"), "it lies in /run");
  host.mount("21 1 0:35 /@srv /srv/sub", "btrfs");
  passes(bind_of("/srv/sub"));
  is_refused(bind_of("/run/backup"), "it lies in /run");
}

// Made by `docker volume create -o type=overlay -o o=lowerdir=/etc:/usr`.
TEST_F(MountsTest, OverlaysShowWhatLiesElsewhere) {
  host.directory("/var/lib/docker/volumes/o/_data");
  host.mount("20 1 0:70 / /var/lib/docker/volumes/o/_data", "overlay");
  is_refused(bind_of("/var/lib/docker/volumes/o/_data"), "it is an overlay");
  host.directory("/srv/data/o");
  host.mount("21 1 0:70 /sub /srv/data/o", "overlay");
  is_refused(bind_of("/srv/data/o"), "it is an overlay");
  is_refused(bind_of("/srv/data"), "it brings /srv/data/o along: it is an overlay");
  const std::string volume = "/var/lib/docker/volumes/o/_data";
  passes(bind_of(volume), rule("allow: []", "allow: [" + volume + "]"));
  // One of the host's own: what lies on it is told by its place.
  host.directory("/srv/ours");
  host.mount("22 1 0:72 / /srv/ours", "overlay");
  passes(bind_of("/srv/ours"));
}

TEST_F(MountsTest, WhatShowsTheKernelIsNoSource) {
  is_refused(bind_of("/sys"), "(sysfs)");
  is_refused(bind_of("/sys/fs/cgroup"), "(cgroup2)");
  host.directory("/var/lib/docker/volumes/p/_data");
  host.mount("20 1 0:99 / /var/lib/docker/volumes/p/_data", "proc");
  is_refused(bind_of("/var/lib/docker/volumes/p/_data"), "(proc)");
  host.directory("/srv/chroot/proc");
  host.mount("21 1 0:21 / /srv/chroot/proc", "proc");
  is_refused(bind_of("/srv"), "it brings /srv/chroot/proc along");
  host.directory("/srv/ssh");
  host.mount("22 1 0:72 / /srv/ssh", "fuse.sshfs");
  passes(bind_of("/srv/ssh"));
  passes(bind_of("/var/lib/docker/volumes/p/_data"), rule("[data-default]", "[data-default, proc]"));
}

TEST_F(MountsTest, SocketsOfRootUnderAnyName) {
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

TEST_F(MountsTest, ASocketIsRefusedWhereNobodyTellsWhoListens) {
  host.node("/srv/data/s", Stat::Type::socket, 0, {.mode = 0600, .uid = 1000});
  passes(bind_of("/srv/data/s"));
  host.fail(test::Operation::listeners, "", {Fault::io, "no netlink"});
  is_refused(bind_of("/srv/data/s"), "does not tell who listens");
  is_refused(bind_of("/srv/data"), "does not tell whether root listens");
  passes(bind_of("/srv/data"), rule("allow: []", "allow: [/srv/data]"));
  passes(bind_of("/var/lib/docker/volumes/v/_data"));
}

// The file can be given away, and made anybody's; the socket is still root's.
TEST_F(MountsTest, ASocketIsItsListenersWhoseverTheFileIs) {
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

TEST_F(MountsTest, ASocketComesAlong) {
  host.node("/srv/own/docker.sock", Stat::Type::socket);
  host.machine.listeners.push_back({"/srv/own/docker.sock", makedev(8, 1),
                                    static_cast<std::uint32_t>(host.status("/srv/own/docker.sock")->inode),
                                    0});
  host.file("/srv/data/s", "");
  host.mount("20 1 8:1 /srv/own/docker.sock /srv/data/s", "ext4");
  is_refused(bind_of("/srv/data"), "it brings /srv/data/s along: it is the socket of an engine");
}

TEST_F(MountsTest, SwapFilesUnderAnyName) {
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

TEST_F(MountsTest, AHostThatDoesNotTellItsSwapIsAFault) {
  host.fail(test::Operation::read, "/proc/swaps", {Fault::io, "no"});
  EXPECT_FALSE(harden<Mounts>(host, bundle(bind_of("/srv/data")), kRule).ok());
}

TEST_F(MountsTest, SingleFilesThatEverybodyCanReadMayBeRead) {
  passes(bind_of("/etc/localtime", R"("rbind","ro")"));
  passes(bind_of("/usr/bin/docker-init", R"("bind","ro")"));
  passes(bind_of("/etc/localtime", R"("rbind","rro")"));
  is_refused(bind_of("/etc/localtime", R"("rbind")"), "lies in /usr");
  is_refused(bind_of("/etc/localtime", R"("rbind","ro","rw")"), "lies in /usr");
  is_refused(bind_of("/etc/localtime", R"("rbind","ro","rrw")"), "lies in /usr");
  is_refused(bind_of("/usr/share/zoneinfo", R"("rbind","ro")"), "lies in /usr");
  host.directory("/etc/hidden", {.mode = 0700});
  host.file("/etc/hidden/key", "");
  is_refused(bind_of("/etc/hidden/key", R"("rbind","ro")"), "lies in /etc");
  host.file("/etc/users", "", {.mode = 0644, .uid = 1000});
  is_refused(bind_of("/etc/users", R"("rbind","ro")"), "lies in /etc");
}

TEST_F(MountsTest, WhatHardenedLivesByIsNeverToBeHad) {
  host.directory("/var/log/hardened");
  const std::string open = rule("[host-default]", "[]");
  is_refused(bind_of("/etc/hardened/policy.yaml", R"("rbind","ro")"), "no policy opens that");
  is_refused(bind_of("/etc"), "it contains /etc/hardened", open);
  is_refused(bind_of("/usr/sbin/hardened-runtime", R"("rbind","ro")"), "no policy opens that", open);
  host.hard_link("/srv/data/mine", "/usr/sbin/hardened-runtime");
  is_refused(bind_of("/srv/data/mine"), "/usr/sbin/hardened-runtime");
  is_refused(bind_of("/var/log"), "mount it read-only");
  passes(bind_of("/var/log", R"("rbind","ro")"));
}

TEST_F(MountsTest, WhatItLivesByMayBeMountedFromElsewhere) {
  host.file("/srv/data/policy.yaml", "").directory("/var/log/hardened").directory("/srv/data/log");
  host.mount("20 1 8:1 /srv/data/policy.yaml /etc/hardened/policy.yaml", "ext4");
  is_refused(bind_of("/srv/data/policy.yaml"), "no policy opens that", rule("[host-default]", "[]"));
  host.directory("/var/log/hardened/old");
  host.mount("21 1 8:1 /srv/data/log /var/log/hardened/old", "ext4");
  is_refused(bind_of("/srv/data/log"), "where decisions are recorded");
  passes(bind_of("/srv/data/log", R"("rbind","ro")"));
}

// The first record makes the directory after the first container was judged.
TEST_F(MountsTest, WhereItsRecordsWillBeCountsToo) {
  is_refused(bind_of("/var/log"), "it can write to /var/log/hardened");
}

TEST_F(MountsTest, TheDeeperOfTwoPlacesDecides) {
  host.directory("/etc/nginx/keys");
  const std::string allow = rule("allow: []", "allow: [/etc/nginx]");
  passes(bind_of("/etc/nginx"), allow);
  passes(bind_of("/etc/nginx/keys"), allow);
  is_refused(bind_of("/etc"), "it is /etc", allow);
  const std::string keys =
      "protected: [host-default, /etc/nginx/keys]\nallow: [/etc/nginx]\ndata_roots: []\n"
      "filesystems: [data-default]\ntypes: []\npropagation: shared\nrequired: []";
  is_refused(bind_of("/etc/nginx/keys"), "it is /etc/nginx/keys", keys);
  is_refused(bind_of("/etc/nginx"), "it contains /etc/nginx/keys", keys);
}

TEST_F(MountsTest, DevicesAndForeignTypes) {
  host.node("/srv/data/sda", Stat::Type::block, makedev(8, 0));
  is_refused(bind_of("/srv/data/sda"), "--device");
  host.node("/dev/null", Stat::Type::character, makedev(1, 3));
  passes(bind_of("/dev/null"));
  for (const char* type : {"ext4", "overlay", "ramfs", "debugfs", "", "none"}) {
    is_refused(R"({"destination":"/x","type":")" + std::string(type) + R"(","source":"/dev/sda"})", "type");
  }
  // The options make a bind, not the type; to crun the type alone does.
  is_refused(R"({"destination":"/x","type":"tmpfs","source":"/etc","options":["bind"]})", "it is /etc");
  is_refused(R"({"destination":"/x","type":"proc","source":"/etc","options":["rbind"]})", "it is /etc");
  is_refused(R"({"destination":"/x","type":"bind","source":"/etc"})", "it is /etc");
  is_refused(bind_of("srv/data"), "absolute");
}

TEST_F(MountsTest, NothingIsMountedOverWhatTheRuntimeNeeds) {
  for (const char* destination : {"/dev", "/dev/null", "/proc/", "/", "dev"}) {
    is_refused(bind_of("/srv/data", R"("rbind")", destination), "runtime's");
  }
  is_refused(bind_of("/srv/data", R"("rbind")", "/x/../dev"), "..");
  is_refused(R"({"destination":"/proc","type":"tmpfs"})", "runtime's");
  is_refused(R"({"destination":"/a/../proc","type":"tmpfs"})", "..");
  passes(bind_of("/srv/data", R"("rbind")", "/dev/snd"));
}

TEST_F(MountsTest, PropagationIsNarrowed) {
  const auto result = hardened(bundle(bind_of("/srv/data", R"("rbind","rshared")")));
  EXPECT_EQ(result.outcome.verdict, Verdict::narrowed);
  EXPECT_EQ(result.text, bundle(bind_of("/srv/data", R"("rbind","rslave")")));
  ASSERT_EQ(result.outcome.changes.size(), 1U);
  EXPECT_EQ(result.outcome.changes[0].before, "/srv/data at /data shared");
  const std::string apart = rule("propagation: slave", "propagation: private");
  EXPECT_EQ(hardened(bundle(bind_of("/srv/data", R"("bind","shared")")), apart).text,
            bundle(bind_of("/srv/data", R"("bind","private")")));
  EXPECT_EQ(hardened(bundle(bind_of("/srv/data", R"("rbind")")), apart).text,
            bundle(bind_of("/srv/data", R"("rbind","rprivate")")));
  passes(bind_of("/srv/data", R"("rbind","rprivate")"), apart);
  passes(bind_of("/srv/data", R"("rbind","rshared")"), rule("propagation: slave", "propagation: shared"));
}

TEST_F(MountsTest, RequiredOptionsAreAdded) {
  const std::string strict = rule("required: []", "required: [nosuid, nodev]");
  EXPECT_EQ(hardened(bundle(bind_of("/srv/data", R"("rbind","rprivate","suid")")), strict).text,
            bundle(bind_of("/srv/data", R"("rbind","rprivate","nosuid","nodev")")));
  EXPECT_EQ(hardened(bundle(R"({"destination":"/t","type":"tmpfs"})"), strict).text,
            bundle(R"({"destination":"/t","type":"tmpfs","options":["nosuid","nodev"]})"));
}

TEST_F(MountsTest, WhatWasJudgedIsKept) {
  host.file("/srv/data/f", "");
  hardened(bundle(bind_of("/home/u/src") + "," + bind_of("/srv/data/f") +
                  R"(,{"destination":"/t","type":"tmpfs"})"));
  EXPECT_EQ(judged, (std::vector<std::string>{
                        "8:1 /home/u/src",
                        "8:1 /srv/data/f " + std::to_string(host.status("/srv/data/f")->inode), "", ""}));
  host.directory("/b/rootfs");
  hardened(R"({"root":{"path":"/b/rootfs"},"mounts":[{"destination":"/t","type":"tmpfs"}]})");
  EXPECT_EQ(judged, (std::vector<std::string>{"", "8:1 /b/rootfs"}));
  hardened(R"({"root":{"path":"/b/rootfs"}})");
  EXPECT_EQ(judged, (std::vector<std::string>{"8:1 /b/rootfs"}));
}

TEST_F(MountsTest, WhatComesAlongAndTheRootAreKept) {
  host.directory("/srv/data/disk");
  host.mount("20 1 8:9 /part /srv/data/disk", "ext4");
  host.directory("/b/rootfs");
  const std::string root = R"({"root":{"path":"/b/rootfs"},"mounts":[)";
  hardened(root + bind_of("/srv/data") + "," + bind_of("/srv/data") + "]}");
  EXPECT_EQ(judged,
            (std::vector<std::string>{"8:1 /srv/data", "8:1 /srv/data", "8:1 /b/rootfs", "8:9 /part"}));
  hardened(R"({"root":{"path":"/b/none"},"mounts":[)" + bind_of("/srv/data", R"("bind")") + "]}");
  EXPECT_EQ(judged, (std::vector<std::string>{"8:1 /srv/data", "nothing"}));
}

TEST_F(MountsTest, MoreBindsThanAnybodyAsksForAreRefused) {
  const auto binds = [](std::size_t count) {
    std::string list = bind_of("/srv/data");
    for (std::size_t number = 1; number < count; ++number) list += "," + bind_of("/srv/data");
    return R"({"destination":"/t","type":"tmpfs"},)" + list;
  };
  passes(binds(4096));
  is_refused(binds(4097), "4096 bind mounts at the most");
  const auto result = hardened(bundle(binds(5000)));
  ASSERT_EQ(result.outcome.changes.size(), 1U);
  EXPECT_EQ(result.outcome.changes[0].pointer, "/mounts/4097");
}

// The number of times that the host is asked, not the time: each name once.
TEST_F(MountsTest, WhatManyEntriesNameIsLookedUpOnce) {
  const auto asked = [this](std::size_t count) {
    std::string list = bind_of("/srv/data") + "," + bind_of("/srv/data", R"("bind","ro")");
    for (std::size_t number = 0; number < count; ++number) list += "," + bind_of("/srv/./data/");
    const auto document = doc::read_json("config.json", bundle(list));
    const auto facts = Mounts::gather(host, Spec(*document, Scope::bundle), *ceiling_of<Mounts>(kRule));
    return facts ? std::pair{facts->sources.size(), facts->along.size()}
                 : std::pair{std::size_t{0}, std::size_t{0}};
  };
  host.directory("/srv/data/disk");
  host.mount("20 1 8:9 / /srv/data/disk", "ext4");
  EXPECT_EQ(asked(1), (std::pair<std::size_t, std::size_t>(1, 1)));
  EXPECT_EQ(asked(50), (std::pair<std::size_t, std::size_t>(1, 1)));
}

// What is judged once is said of each, and of each by what it asks.
TEST_F(MountsTest, EntriesOfOneSourceAreJudgedEachByWhatTheyAsk) {
  host.directory("/mnt/again").directory("/var/log/hardened");
  host.mount("20 1 8:1 /etc /mnt/again", "ext4");
  const auto result =
      hardened(bundle(bind_of("/mnt", R"("bind")") + "," + bind_of("/mnt") + "," + bind_of("/mnt") + "," +
                      bind_of("/var/log", R"("bind","ro")") + "," + bind_of("/var/log")));
  ASSERT_EQ(result.outcome.changes.size(), 3U);
  EXPECT_EQ(result.outcome.changes[0].pointer, "/mounts/1");
  EXPECT_EQ(result.outcome.changes[1].reason, result.outcome.changes[0].reason);
  EXPECT_EQ(result.outcome.changes[2].pointer, "/mounts/4");
}

TEST_F(MountsTest, AHostThatCannotBeReadIsAFault) {
  host.fail(test::Operation::identify, "/home/u/src", {Fault::io, "denied"});
  EXPECT_EQ(hardened(bundle(bind_of("/home/u/src"))).outcome.verdict, Verdict::refused);
  host.fail(test::Operation::read, "/proc/self/mountinfo", {Fault::io, "no"});
  for (const std::string& mounts :
       {bind_of("/srv/data"), std::string(R"({"destination":"/t","type":"tmpfs"})")})
    EXPECT_FALSE(harden<Mounts>(host, bundle(mounts), kRule).ok());
}

TEST(MountsRule, SaysAllThatIsWrong) {
  const auto wrong = [](const std::string& yaml) {
    const auto ceiling = ceiling_of<Mounts>(yaml);
    return ceiling ? "" : ceiling.error().what;
  };
  const std::string text = wrong(
      "protected: [etc]\nallow: [/a/../b]\ndata_roots: [x]\nfilesystems: 1\ntypes: [tmpfs]\npropagation: "
      "shard\n"
      "required: [ro]\n");
  for (const char* words :
       {":1:", ":2:", ":3:", ":4:", "did you mean shared?", "expected nosuid, nodev or noexec"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << " in " << text;
  }
  EXPECT_EQ(wrong(kRule), "");
}

}  // namespace
}  // namespace hardened::controls
