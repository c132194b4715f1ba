// What belongs to a protected place though it lies elsewhere, and what does not.
#include "tests/unit/controls/mounts_fixture.h"

namespace hardened::controls {
namespace {

class MountParts : public MountsTest {};

// A file system that stands in a protected place alone is a part of it, under any other name.
TEST_F(MountParts, FileSystemsAtHomeInAProtectedPlace) {
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
TEST_F(MountParts, WhatIsMountedWithinAProtectedPlaceBelongsToIt) {
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
TEST_F(MountParts, APartIsOpenWhereItsPlaceIs) {
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

TEST_F(MountParts, OfTwoNamesForAPartTheDeeperDecides) {
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
TEST_F(MountParts, WhatServicesShowElsewhereStaysWhatItIs) {
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
TEST_F(MountParts, WhatPeopleKeepTheirDataInIsNoPartOfAPlace) {
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

TEST_F(MountParts, AViewOfTheHostIsNoPartOfAPlace) {
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
TEST_F(MountParts, WhatEnginesMountIsNoPartOfTheirDirectories) {
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
TEST_F(MountParts, AFileSystemIsAtHomeWhereItsSubvolumesAreToo) {
  host.directory("/run/backup/@srv").directory("/srv/sub");
  host.mount("20 6 0:35 / /run/backup", "btrfs");
  is_refused(bind_of("/run/backup/@srv"), "it lies in /run");
  host.mount("21 1 0:35 /@srv /srv/sub", "btrfs");
  passes(bind_of("/srv/sub"));
  is_refused(bind_of("/run/backup"), "it lies in /run");
}

// Made by `docker volume create -o type=overlay -o o=lowerdir=/etc:/usr`.
TEST_F(MountParts, OverlaysShowWhatLiesElsewhere) {
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

}  // namespace
}  // namespace hardened::controls
