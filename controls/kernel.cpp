#include "controls/kernel.h"

#include <linux/magic.h>

#include <utility>

#include "core/base/text.h"
#include "profiles/apparmor/loader.h"

namespace hardened::controls {
namespace {

// What the kernel prints of one process fits well below; a mount takes a hundred bytes or two, and a kernel allows
// 100,000 of them (fs.mount-max).
constexpr std::size_t kMostText = std::size_t{64} * 1024;
// But for its groups, of which there may be 65,536 of up to ten digits (NGROUPS_MAX).
constexpr std::size_t kMostStatus = std::size_t{1024} * 1024;
constexpr std::size_t kMostMounts = std::size_t{32} * 1024 * 1024;

constexpr std::string_view kControlGroups = "/sys/fs/cgroup";

Result<std::string> read_text(Host& host, const std::string& path, std::size_t most) {
  File file = TRY(host.read(path, most, Links::refuse));
  return std::move(file.bytes);
}

std::string_view without_line_feeds(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return text;
}

// The place of a cgroup's directory in this mount of its hierarchy; nothing where the mount does not show it.
std::optional<std::string> below(const Mount& mount, const std::string& path) {
  const std::string tail = path == "/" ? "" : path;
  if (mount.root == "/") return mount.point + tail;
  const bool shown =
      path.starts_with(mount.root) && (path.size() == mount.root.size() || path[mount.root.size()] == '/');
  if (!shown) return std::nullopt;
  return mount.point + path.substr(mount.root.size());
}

}  // namespace

KernelView::KernelView(Host& host, const Subject& subject) : host_(host), subject_(subject) {}

std::string KernelView::path(std::string_view file) const {
  return "/proc/" + std::to_string(subject_.process) + '/' + std::string(file);
}

Result<ProcStatus> KernelView::status() const {
  if (!status_) {
    const auto text = read_text(host_, path("status"), kMostStatus);
    status_ = text ? parse_proc_status(*text) : Result<ProcStatus>(text.error());
  }
  return *status_;
}

Result<ProcStatus> KernelView::own_status() const {
  const std::string text = TRY(read_text(host_, "/proc/self/status", kMostStatus));
  return parse_proc_status(text);
}

Result<std::array<Limit, 16>> KernelView::limits() const {
  const std::string text = TRY(read_text(host_, path("limits"), kMostText));
  return parse_proc_limits(text);
}

Result<MountTable> own_mounts(Host& host) {
  const std::string text = TRY(read_text(host, "/proc/self/mountinfo", kMostMounts));
  return MountTable::parse(text);
}

Result<const MountTable*> KernelView::mounts() const {
  if (!mounts_) {
    const auto text = read_text(host_, path("mountinfo"), kMostMounts);
    mounts_ = text ? MountTable::parse(*text) : Result<MountTable>(text.error());
  }
  if (!mounts_->ok()) return mounts_->error();
  return &**mounts_;
}

// Where everybody mounts it, told by what is mounted there: our own list of mounts may have thousands.
Result<std::string> KernelView::hierarchy(const CgroupPlace& place, std::string_view controller) const {
  const std::string usual =
      std::string(kControlGroups) + (place.version == 1 ? '/' + std::string(controller) : "");
  const auto kind = host_.file_system(usual);
  const std::uint64_t wanted = place.version == 1 ? CGROUP_SUPER_MAGIC : CGROUP2_SUPER_MAGIC;
  if (kind && *kind == wanted) {
    const std::string directory = usual + (place.path == "/" ? "" : place.path);
    // A mount may show a part of the hierarchy only, other than that of our namespace's root.
    if (host_.stat(directory + "/cgroup.procs", Links::refuse)) return directory;
  }
  const MountTable own = TRY(own_mounts(host_));
  for (const Mount& mount : own.all()) {
    const bool right = place.version == 1 ? mount.kind == "cgroup" && names(mount.super_options, controller)
                                          : mount.kind == "cgroup2";
    const auto directory = right ? below(mount, place.path) : std::nullopt;
    if (directory && host_.stat(*directory + "/cgroup.procs", Links::refuse)) return *directory;
  }
  return Error{Fault::io, "the container's cgroup " + printable(place.path) + " is mounted nowhere"};
}

Result<KernelView::Cgroup> KernelView::cgroup(std::string_view controller) const {
  if (!cgroups_) cgroups_ = read_text(host_, path("cgroup"), kMostText);
  if (!cgroups_->ok()) return cgroups_->error();
  const auto place = cgroup_place(**cgroups_, controller);
  if (!place) return Error{Fault::io, "the container is in no cgroup that has " + std::string(controller)};
  std::string directory = TRY(hierarchy(*place, controller));
  return Cgroup{place->version, std::move(directory)};
}

Result<std::string> KernelView::cgroup_file(const Cgroup& cgroup, std::string_view name) const {
  const std::string text = TRY(read_text(host_, cgroup.directory + '/' + std::string(name), kMostText));
  return std::string(without_line_feeds(text));
}

Result<std::optional<Place>> KernelView::inside(const std::string& place) const {
  const auto found = host_.place_below(path("root"), place);
  if (found) return std::optional<Place>(*found);
  if (found.error().fault == Fault::absent) return std::optional<Place>();
  return found.error();
}

Result<std::optional<Label>> KernelView::label() const {
  // A kernel that has it and was told not to use it has the files all the same, and refuses to read them.
  const bool enabled = TRY(apparmor::enabled(host_));
  if (!enabled) return std::optional<Label>();
  // Since Linux 5.1 each security module has a directory of its own; the older file is the first module's.
  auto text = read_text(host_, path("attr/apparmor/current"), kMostText);
  if (!text && text.error().fault == Fault::absent) text = read_text(host_, path("attr/current"), kMostText);
  if (!text) return text.error();
  return std::optional<Label>(parse_label(*text));
}

Result<NameSpace> KernelView::name_space(std::string_view file) const {
  const std::string link = path("ns/" + std::string(file));
  const auto found = TRY(host_.name_space(link));
  if (!found) return Error{Fault::io, link + " is no namespace"};
  return *found;
}

Result<std::string> KernelView::text(std::string_view file) const {
  const std::string text = TRY(read_text(host_, path(file), kMostText));
  return std::string(without_line_feeds(text));
}

}  // namespace hardened::controls
