// read_trusted and stat_trusted of host.h.
//
// The walk goes by names from the root down, without holding descriptors, and is nevertheless
// without a race for anybody but root: "/" is root's and only root writes to it, so only root can
// change which directory "/etc" names; "/etc" is found to be no link, root's, and written by root
// alone, so only root can change what "/etc/hardened" names; and so on to the last component.
// An access list that lets others write shows in the group bits, which are then its mask (acl(5)).
#include <string>

#include "core/base/host.h"
#include "core/base/text.h"

namespace hardened {
namespace {

constexpr std::uint32_t kOthersWrite = 0022;

Error distrust(const std::string& component, const std::string& why, const std::string& mend) {
  return Error{Fault::policy, "cannot trust " + printable(component) + ": " + why + ": " + mend};
}

Done check(const Stat& stat, const std::string& component) {
  const std::string name = printable(component);
  if (stat.type == Stat::Type::symlink) {
    return distrust(component, "it is a symbolic link", "name what it points to, see readlink -f " + name);
  }
  if (stat.uid != 0) return distrust(component, "it does not belong to root", "chown root " + name);
  if ((stat.mode & kOthersWrite) != 0) {
    return distrust(component, "others than root can write to it", "chmod go-w " + name);
  }
  return done();
}

// Absent stays absent; any other trouble on the way to a policy is the policy's.
Error as_policy(Error error) {
  if (error.fault != Fault::absent) error.fault = Fault::policy;
  return error;
}

// Each directory above the last component. The path is absolute and plain: in "a/../b" and "a//b"
// the names on the way are not the components that are looked at.
Done check_parents(Host& host, const std::string& path) {
  const bool plain = path.starts_with('/') && path.find("//") == std::string::npos &&
                     (path + "/").find("/./") == std::string::npos &&
                     (path + "/").find("/../") == std::string::npos && path.find('\0') == std::string::npos;
  if (!plain || (path.size() > 1 && path.ends_with('/'))) {
    return distrust(path, "it is not a plain absolute path", "write it without . and .. and doubled slashes");
  }
  for (std::size_t slash = 0; slash != std::string::npos && path.size() > 1;
       slash = path.find('/', slash + 1)) {
    const std::string component = slash == 0 ? "/" : path.substr(0, slash);
    const Result<Stat> stat = host.stat(component, Links::refuse);
    if (!stat) return as_policy(stat.error());
    TRY(check(*stat, component));
    if (stat->type != Stat::Type::directory) {
      return distrust(component, "it is no directory", "name a path through directories");
    }
  }
  return done();
}

}  // namespace

Result<File> read_trusted(Host& host, const std::string& path, std::size_t most) {
  TRY(check_parents(host, path));
  // Looked at before it is opened, for the better message; what counts is the opened file's Stat.
  const Result<Stat> named = host.stat(path, Links::refuse);
  if (!named) return as_policy(named.error());
  TRY(check(*named, path));
  Result<File> file = host.read(path, most, Links::refuse);
  if (!file) return as_policy(std::move(file).error());
  TRY(check(file->stat, path));
  return file;
}

Result<Stat> stat_trusted(Host& host, const std::string& path) {
  TRY(check_parents(host, path));
  const Result<Stat> stat = host.stat(path, Links::refuse);
  if (!stat) return as_policy(stat.error());
  TRY(check(*stat, path));
  return *stat;
}

}  // namespace hardened
