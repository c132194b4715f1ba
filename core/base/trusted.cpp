// read_trusted, stat_trusted and locate_trusted of host.h.
//
// The walk goes by names from the root down, without holding descriptors, and is nevertheless
// without a race for anybody but root: "/" is root's and only root writes to it, so only root can
// change which directory "/etc" names; "/etc" is found to be no link, root's, and written by root
// alone, so only root can change what "/etc/hardened" names; and so on to the last component.
// An access list that lets others write shows in the group bits, which are then its mask (acl(5)).
#include <algorithm>
#include <string>
#include <utility>

#include "core/base/host.h"
#include "core/base/text.h"

namespace hardened {
namespace {

constexpr std::uint32_t kOthersWrite = 0022;
constexpr int kMostLinks = 40;  // as path_resolution(7)

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

// "/a/b" and nothing that needs reading twice: in "a/../b" and "a//b" the names on the way are not
// the components that are looked at.
Done check_plain(const std::string& path) {
  const std::string closed = path + '/';
  const bool plain = path.starts_with('/') && closed.find("/./") == std::string::npos &&
                     closed.find("/../") == std::string::npos && path.find("//") == std::string::npos &&
                     path.find('\0') == std::string::npos && (path.size() == 1 || !path.ends_with('/'));
  if (!plain) {
    return distrust(path, "it is not a plain absolute path", "write it without . and .. and doubled slashes");
  }
  return done();
}

// One walk from "/" to the end of a path, with what is still to be walked; a link's target is
// walked in its place, and its own components count as any other.
class Walk {
 public:
  Walk(Host& host, std::string path) : host_(host), rest_(std::move(path)) {}

  Result<Located> run(Links links) {
    TRY(enter("/"));
    while (!rest_.empty()) {
      const std::string name = next();
      if (!name.empty() && name != ".") TRY(step(name, links));
    }
    return at_;
  }

 private:
  std::string next() {
    const std::size_t slash = rest_.find('/');
    std::string name = rest_.substr(0, slash);
    rest_.erase(0, slash == std::string::npos ? slash : slash + 1);
    return name;
  }

  Done enter(const std::string& path, Links links = Links::refuse) {
    const Result<Stat> stat = host_.stat(path, Links::refuse);
    if (!stat) return as_policy(stat.error());
    if (links == Links::follow && stat->type == Stat::Type::symlink) return follow(path, *stat);
    TRY(check(*stat, path));
    at_ = Located{.path = path, .stat = *stat};
    return done();
  }

  Done step(const std::string& name, Links links) {
    if (at_.stat.type != Stat::Type::directory) {
      return distrust(at_.path, "it is no directory", "name a path through directories");
    }
    if (name == "..") return enter(at_.path.substr(0, std::max(at_.path.rfind('/'), std::size_t{1})));
    return enter((at_.path == "/" ? "" : at_.path) + '/' + name, links);
  }

  Done follow(const std::string& path, const Stat& stat) {
    // The mode of a link means nothing, and only who writes its directory can make another.
    if (stat.uid != 0)
      return distrust(path, "it does not belong to root", "chown -h root " + printable(path));
    if (++links_ > kMostLinks)
      return distrust(path, "there are too many symbolic links", "name the file itself");
    const Result<std::string> target = host_.read_link(path);
    if (!target) return as_policy(target.error());
    rest_ = rest_.empty() ? *target : *target + '/' + rest_;
    return target->starts_with('/') ? enter("/") : done();
  }

  Host& host_;
  std::string rest_;
  Located at_;
  int links_ = 0;
};

}  // namespace

Result<File> read_trusted(Host& host, const std::string& path, std::size_t most) {
  TRY(stat_trusted(host, path));
  // Looked at before it is opened, for the better message; what counts is the opened file's Stat.
  Result<File> file = host.read(path, most, Links::refuse);
  if (!file) return as_policy(std::move(file).error());
  TRY(check(file->stat, path));
  return file;
}

Result<Stat> stat_trusted(Host& host, const std::string& path) {
  TRY(check_plain(path));
  const Located found = TRY(Walk(host, path).run(Links::refuse));
  return found.stat;
}

Result<Located> locate_trusted(Host& host, const std::string& path) {
  TRY(check_plain(path));
  return Walk(host, path).run(Links::follow);
}

}  // namespace hardened
