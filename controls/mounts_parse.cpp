// The rule of mounts in the policy.
#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "controls/lexical.h"
#include "controls/mounts.h"
#include "controls/words.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kHostDefault = "host-default";
constexpr std::string_view kDataDefault = "data-default";

// What root of the host, or a service of it, reads, runs or believes. Not here, since people keep their data
// there: /home, /srv, /opt, /mnt, /media, /tmp and the rest of /var. Links among them are followed. The first that is
// met is named in messages.
constexpr std::array<std::string_view, 42> kHostPlaces{"/etc",
                                                       "/bin",
                                                       "/boot",
                                                       "/dev",
                                                       "/efi",
                                                       "/lib",
                                                       "/lib32",
                                                       "/lib64",
                                                       "/libx32",
                                                       "/proc",
                                                       "/root",
                                                       "/run",
                                                       "/sbin",
                                                       "/sys",
                                                       "/usr",
                                                       "/opt/cni",
                                                       "/opt/containerd",
                                                       "/var/run",
                                                       "/var/lib/dpkg",
                                                       "/var/lib/kubelet",
                                                       "/var/lib/rpm",
                                                       "/var/lib/systemd",
                                                       "/var/spool/at",
                                                       "/var/spool/cron",
                                                       "/nix",
                                                       "/snap",
                                                       "/var/lib/apt",
                                                       "/var/lib/buildkit",
                                                       "/var/lib/cloud",
                                                       "/var/lib/dbus",
                                                       "/var/lib/incus",
                                                       "/var/lib/libvirt",
                                                       "/var/lib/lxc",
                                                       "/var/lib/lxd",
                                                       "/var/lib/machines",
                                                       "/var/lib/pam",
                                                       "/var/lib/polkit-1",
                                                       "/var/lib/rancher",
                                                       "/var/lib/snapd",
                                                       "/var/spool/anacron",
                                                       "/var/lib/containers",
                                                       "/var/lib/docker"};

// Names of the kernel (/proc/filesystems). Not here: those that show the kernel itself.
constexpr std::array<std::string_view, 39> kDataFilesystems{
    "9p",       "afs",     "aufs",     "bcachefs", "btrfs",    "ceph",     "cifs", "ecryptfs",
    "erofs",    "exfat",   "ext2",     "ext3",     "ext4",     "f2fs",     "fuse", "fuseblk",
    "gfs2",     "hfsplus", "iso9660",  "jfs",      "lustre",   "nfs",      "nfs4", "ntfs",
    "ntfs3",    "ocfs2",   "orangefs", "overlay",  "ramfs",    "reiserfs", "smb2", "smb3",
    "squashfs", "tmpfs",   "udf",      "vfat",     "virtiofs", "xfs",      "zfs"};

// Words; one of them may stand for many.
std::optional<std::vector<std::string>> parse_words(const Rule& rule, std::string_view key,
                                                    std::string_view all,
                                                    std::span<const std::string_view> of_all, bool paths,
                                                    doc::Diagnostics& wrong) {
  const auto list = wrong.take(rule.need(key));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  if (!items) return std::nullopt;
  std::vector<std::string> words;
  for (const doc::Cursor& item : *items) {
    const auto text = wrong.take(item.text());
    if (!text) return std::nullopt;
    if (!all.empty() && *text == all) {
      words.insert(words.end(), of_all.begin(), of_all.end());
      continue;
    }
    auto word = paths ? clean_path(*text) : std::optional(std::string(*text));
    if (word && !word->empty()) {
      words.push_back(*std::move(word));
      continue;
    }
    const std::string more = all.empty() ? "" : " or " + std::string(all);
    wrong.add(item.error(paths ? "expected an absolute path without .." + more + ", not '" +
                                     printable(*text, 80) + "'"
                               : "expected a name" + more));
    return std::nullopt;
  }
  return words;
}

std::optional<MostPropagation> parse_propagation(const Rule& rule, doc::Diagnostics& wrong) {
  const auto value = wrong.take(rule.need("propagation"));
  if (!value) return std::nullopt;
  constexpr std::array<std::string_view, 3> kKnown{"private", "slave", "shared"};
  const auto text = value->text();
  const auto* const found = text ? std::find(kKnown.begin(), kKnown.end(), *text) : kKnown.end();
  if (found != kKnown.end()) return static_cast<MostPropagation>(found - kKnown.begin());
  wrong.add(no_such_word(*value, kKnown));
  return std::nullopt;
}

std::optional<Flags> parse_required(const Rule& rule, doc::Diagnostics& wrong) {
  constexpr std::array<std::string_view, 3> kKnown{"nosuid", "nodev", "noexec"};
  constexpr std::array<MountPower, 3> kPowers{MountPower::suid, MountPower::device, MountPower::execute};
  const auto words = parse_words(rule, "required", "", {}, false, wrong);
  if (!words) return std::nullopt;
  Flags required;
  for (const std::string& word : *words) {
    const auto* const found = std::find(kKnown.begin(), kKnown.end(), word);
    if (found == kKnown.end()) {
      wrong.add(rule.find("required")
                    ->error("expected nosuid, nodev or noexec, not '" + printable(word, 40) + "'"));
      return std::nullopt;
    }
    required = required.with(bit(kPowers.at(static_cast<std::size_t>(found - kKnown.begin()))));
  }
  return required;
}

}  // namespace

MountsCeiling Mounts::parse(const Rule& rule, doc::Diagnostics& wrong) {
  auto guarded = parse_words(rule, "protected", kHostDefault, kHostPlaces, true, wrong);
  auto allow = parse_words(rule, "allow", "", {}, true, wrong);
  auto roots = parse_words(rule, "data_roots", "", {}, true, wrong);
  auto filesystems = parse_words(rule, "filesystems", kDataDefault, kDataFilesystems, false, wrong);
  auto types = parse_words(rule, "types", "", {}, false, wrong);
  const auto propagation = parse_propagation(rule, wrong);
  const auto required = parse_required(rule, wrong);
  if (!guarded || !allow || !roots || !filesystems || !types || !propagation || !required) return {};
  Ceiling ceiling;
  ceiling.guarded = *std::move(guarded);
  ceiling.allowed = *std::move(allow);
  ceiling.filesystems = *std::move(filesystems);
  ceiling.types = *std::move(types);
  ceiling.propagation = *propagation;
  ceiling.required = *required;
  for (std::string& root : *roots) ceiling.engines.push_back({Engine::docker, std::move(root)});
  ceiling.engines.insert(ceiling.engines.end(), usual_engine_roots().begin(), usual_engine_roots().end());
  return ceiling;
}

}  // namespace hardened::controls
