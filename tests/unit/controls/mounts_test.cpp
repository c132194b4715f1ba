#include "tests/unit/controls/mounts_fixture.h"

namespace hardened::controls {
namespace {

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
