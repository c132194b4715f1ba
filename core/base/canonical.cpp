#include "core/base/canonical.h"

#include <utility>
#include <vector>

#include "core/base/text.h"

namespace hardened {
namespace {

constexpr int kMostLinks = 40;
constexpr std::uint32_t kWritableByOthers = 022;
constexpr std::uint32_t kSticky = 01000;

// The components of a path, last one first, so that the next one is taken from the back.
void push_components(std::vector<std::string>& pending, const std::string& path) {
  std::size_t end = path.size();
  while (end > 0) {
    const std::size_t slash = path.rfind('/', end - 1);
    const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
    if (begin < end) pending.push_back(path.substr(begin, end - begin));
    if (slash == std::string::npos) break;
    end = slash;
  }
}

void pop_component(std::string& resolved) { resolved.erase(resolved.rfind('/')); }

}  // namespace

Result<std::string> canonical(Host& host, const std::string& path) {
  std::string resolved;  // "" stands for "/"
  if (path.empty() || path.front() != '/') {
    resolved = TRY(host.read_link("/proc/self/cwd"));
    if (resolved == "/") resolved.clear();
  }
  std::vector<std::string> pending;
  push_components(pending, path);
  int links = 0;
  bool exists = true;
  while (!pending.empty()) {
    const std::string component = std::move(pending.back());
    pending.pop_back();
    if (component == ".") continue;
    if (component == "..") {
      if (!resolved.empty()) pop_component(resolved);
      continue;
    }
    resolved += '/' + component;
    if (!exists) continue;
    const Result<Stat> stat = host.stat(resolved, Links::refuse);
    if (!stat && stat.error().fault != Fault::absent) return stat.error();
    exists = stat.ok();
    if (!exists || stat->type != Stat::Type::symlink) continue;
    if (++links > kMostLinks) return Error{Fault::io, "too many symbolic links in " + printable(path)};
    const std::string target = TRY(host.read_link(resolved));
    if (!target.empty() && target.front() == '/') {
      resolved.clear();
    } else {
      pop_component(resolved);
    }
    push_components(pending, target);
  }
  if (resolved.empty()) resolved = "/";
  return resolved;
}

Done check_only_root_moves(Host& host, const std::string& path) {
  std::string at = path;
  while (true) {
    const Stat stat = TRY(host.stat(at, Links::refuse));
    const bool writable = (stat.mode & kWritableByOthers) != 0;
    const bool sticky = at != path && (stat.mode & kSticky) != 0;
    if (stat.uid != 0 || (writable && !sticky)) {
      return Error{Fault::io, printable(at) + " can be changed by others than root (uid " +
                                  std::to_string(stat.uid) + "); keep bundles where only root can write"};
    }
    if (at == "/") return done();
    const std::size_t slash = at.rfind('/');
    at = slash == 0 ? "/" : at.substr(0, slash);
  }
}

}  // namespace hardened
