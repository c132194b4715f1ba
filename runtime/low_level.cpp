#include "runtime/low_level.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/canonical.h"
#include "core/base/text.h"

namespace hardened::runtime {
namespace {

constexpr std::uint32_t kExecutable = 0111;

Error unusable(const std::string& path, const std::string& why) {
  return Error{Fault::policy, "cannot use " + printable(path) + " as the low-level runtime: " + why};
}

// Nothing when the kernel does not tell: a program that was replaced while it ran has no name any
// more. What we execute then is at worst its successor, which knows itself.
std::optional<Stat> ourselves(Host& host) {
  const std::string own = host.own_executable();
  const Result<Stat> stat = own.empty() ? Error{} : host.stat(own, Links::follow);
  if (!stat) return std::nullopt;
  return *stat;
}

bool is_ourselves(Host& host, const Stat& stat) {
  const std::optional<Stat> own = ourselves(host);
  return own.has_value() && own->device == stat.device && own->inode == stat.inode;
}

Result<Located> locate(Host& host, const std::string& path) {
  if (host.caller().initial_user_namespace) return locate_trusted(host, path);
  // Root's files belong to nobody (65534) here, as do those of every user without a number in this
  // namespace: owners tell nothing. Fails open: what runs has the privileges of the namespace's own
  // user at most, who could have called any runtime without us.
  std::string real = TRY(canonical(host, path));
  const Stat stat = TRY(host.stat(real, Links::refuse));
  return Located{.path = std::move(real), .stat = stat};
}

Result<std::string> usable(Host& host, const std::string& path) {
  const Located found = TRY(locate(host, path));
  if (found.stat.type != Stat::Type::file || (found.stat.mode & kExecutable) == 0) {
    return unusable(found.path, "it is no executable file");
  }
  if (is_ourselves(host, found.stat)) return unusable(path, "it is hardened itself");
  return found.path;
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// The first that is there. One that is there and not to be trusted is an error and not passed over:
// who asks for /usr/sbin/runc should not get crun because somebody changed a mode.
Result<std::string> first_default(Host& host, std::string_view preferred_name) {
  std::array<std::string_view, kDefaultRuntimes.size()> candidates = kDefaultRuntimes;
  std::stable_partition(candidates.begin(), candidates.end(),
                        [&](std::string_view path) { return file_name(path) == preferred_name; });
  for (const std::string_view candidate : candidates) {
    const std::string path(candidate);
    const Result<Stat> there = host.stat(path, Links::follow);
    if (!there && there.error().fault == Fault::absent) continue;
    if (there.ok() && is_ourselves(host, *there)) continue;
    return usable(host, path);
  }
  return Error{Fault::policy, "there is no low-level runtime: install runc"};
}

// What the link says. A relative target is not taken: `ln -s runc policy.runtime` would mean a runc
// in /etc/hardened, which nobody has.
Result<std::string> linked(Host& host, const std::string& link) {
  const std::string target = TRY(host.read_link(link));
  if (!target.starts_with('/')) return unusable(target, "it is not an absolute path");
  return usable(host, link);
}

// Fault::absent of the link itself is an answer; that of anything it leads to is a fault.
Result<bool> has_link(Host& host, const std::string& link) {
  const Result<Stat> stat = host.stat(link, Links::refuse);
  if (stat.ok()) return true;
  if (stat.error().fault == Fault::absent) return false;
  return stat.error();
}

Error mend(Error error, const std::string& link) {
  return Error{Fault::policy, std::move(error.what) + "; the low-level runtime is what " + printable(link) +
                                  " points to, see ln -sfn /usr/sbin/runc " + printable(link)};
}

}  // namespace

bool is_crun(std::string_view low_level) {
  return file_name(low_level).find("crun") != std::string_view::npos;
}

std::string runtime_link(std::string_view policy) {
  const std::string_view name = file_name(policy);
  const std::size_t dot = name.rfind('.');
  const bool has_extension = dot != std::string_view::npos && dot > 0;
  if (has_extension) policy.remove_suffix(name.size() - dot);
  return std::string(policy) + ".runtime";
}

Result<std::string> low_level_runtime(Host& host, const std::string& policy, OnBrokenLink broken) {
  const std::string link = runtime_link(policy);
  const Result<bool> there = has_link(host, link);
  if (there.ok() && !*there) return first_default(host, "");
  Result<std::string> chosen = there.ok() ? linked(host, link) : Result<std::string>(there.error());
  if (chosen.ok()) return chosen;
  if (broken == OnBrokenLink::refuse) return mend(std::move(chosen).error(), link);
  // Fails open for calls that grant nothing: the proof stands in the header.
  const std::string target = host.read_link(link).value_or("");
  Result<std::string> instead = first_default(host, file_name(target));
  if (instead.ok()) return instead;
  return mend(std::move(chosen).error(), link);
}

}  // namespace hardened::runtime
