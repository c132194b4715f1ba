#include "ctl/described_host.h"

#include <cerrno>
#include <utility>

#include "core/base/failure.h"
#include "core/base/proc_mounts.h"
#include "ctl/described_world.h"
#include "ctl/embedded.h"

namespace hardened::ctl {
namespace {

constexpr std::uint64_t kTmpfs = 0x01021994;  // TMPFS_MAGIC of linux/magic.h: no protected file system

class DescribedHost final : public Host {
 public:
  explicit DescribedHost(DescribedWorld world) : world_(std::move(world)) {}

  Result<File> read(const std::string& path, std::size_t most, Links links) override {
    const DescribedWorld::Node* node = TRY(world_.find(path, links));
    if (node->stat.type != Stat::Type::file) return failure("cannot read", path, "it is no regular file");
    if (node->bytes.size() > most) return failure("cannot read", path, "it is too large");
    return File{node->bytes, node->stat};
  }
  Result<Stat> stat(const std::string& path, Links links) override {
    const DescribedWorld::Node* node = TRY(world_.find(path, links));
    return node->stat;
  }
  Result<Place> place_below(const std::string& root, const std::string& path) override {
    Place place;
    place.stat = TRY(stat(root + path, Links::refuse));
    return place;
  }
  Result<std::string> read_link(const std::string& path) override {
    const DescribedWorld::Node* node = TRY(world_.find(path, Links::refuse));
    if (node->stat.type != Stat::Type::symlink) return failure("cannot read", path, "it is no symbolic link");
    return node->bytes;
  }
  Result<Identity> identify(const std::string& path) override;
  Result<std::vector<Listener>> listeners() override { return world_.listeners; }
  Result<std::uint64_t> file_system(const std::string& path) override {
    TRY(world_.find(path, Links::refuse));
    return kTmpfs;
  }
  Result<std::optional<NameSpace>> name_space(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& path, std::size_t most) override;

  std::int64_t now_ns() override { return world_.now_ns; }
  Caller caller() override { return world_.caller; }
  Kernel kernel() override { return world_.kernel; }
  std::array<Limit, 16> limits() override { return world_.limits; }
  std::string own_executable() override { return "/usr/sbin/hardened-runtime"; }
  void print_error(std::string_view /*text*/) override {}

  Result<std::string> drain(int /*descriptor*/, std::size_t /*most*/) override { return never(); }
  Done replace(const std::string& /*path*/, std::string_view /*bytes*/, std::uint32_t /*mode*/) override {
    return never();
  }
  Done append(const std::string& /*path*/, std::string_view /*bytes*/, std::uint32_t /*mode*/) override {
    return never();
  }
  Done make_directories(const std::string& /*path*/, std::uint32_t /*mode*/) override { return never(); }
  Done remove(const std::string& /*path*/) override { return never(); }
  Done write_whole(const std::string& /*path*/, std::string_view /*bytes*/) override { return never(); }
  Result<Held> lock(const std::string& /*path*/, int /*seconds*/) override { return never(); }
  Done mount_tmpfs(const std::string& /*path*/, std::size_t /*most*/) override { return never(); }
  Result<Ran> run(const Program& /*program*/) override { return never(); }
  Done detach(const std::function<void()>& /*work*/) override { return never(); }
  Result<int> memory_file(const std::string& /*name*/, std::string_view /*bytes*/, int /*lowest*/) override {
    return never();
  }
  Result<std::unique_ptr<HeldProcess>> hold(std::uint32_t /*process*/) override { return never(); }
  Result<std::uint32_t> device_programs(const std::string& /*cgroup*/) override { return never(); }
  Result<std::vector<DeviceAccess>> device_access(const std::string& /*cgroup*/,
                                                  const std::vector<std::string>& /*nodes*/) override {
    return never();
  }
  Error execute(const std::string& /*path*/, const std::vector<std::string>& /*arguments*/,
                const std::vector<std::string>& /*environment*/) override {
    return never();
  }

 private:
  static Error never() { return {Fault::internal, "a described host is only read"}; }
  DescribedWorld world_;
};

Result<Identity> DescribedHost::identify(const std::string& path) {
  Identity identity;
  identity.path = TRY(world_.resolve(path, Links::follow));
  const DescribedWorld::Node* node = TRY(world_.find(identity.path, Links::refuse));
  identity.stat = node->stat;
  const auto table = world_.nodes.find("/proc/self/mountinfo");
  if (table == world_.nodes.end()) return identity;
  const auto mounts = MountTable::parse(table->second.bytes);
  const Mount* mount = mounts ? mounts->over(identity.path) : nullptr;
  if (mount != nullptr) identity.mount = mount->number;
  return identity;
}

Result<std::optional<NameSpace>> DescribedHost::name_space(const std::string& path) {
  const auto found = world_.name_spaces.find(path);
  if (found != world_.name_spaces.end()) return std::optional(found->second);
  TRY(world_.find(path, Links::follow));
  return std::optional<NameSpace>();
}

Result<std::vector<std::string>> DescribedHost::list(const std::string& path, std::size_t most) {
  const std::string real = TRY(world_.resolve(path, Links::refuse));
  const DescribedWorld::Node* node = TRY(world_.find(path, Links::refuse));
  if (node->stat.type != Stat::Type::directory) return failure("cannot read", path, ENOTDIR);
  const std::string above = real == "/" ? real : real + "/";
  std::vector<std::string> names;
  for (const auto& [other, unused] : world_.nodes) {
    const bool below = other.size() > above.size() && other.starts_with(above);
    if (below && other.find('/', above.size()) == std::string::npos && names.size() < most)
      names.push_back(other.substr(above.size()));
  }
  return names;
}

}  // namespace

Result<std::unique_ptr<Host>> describe_host(const std::string& name, const std::string& yaml,
                                            std::int64_t now_ns) {
  DescribedWorld world;
  world.now_ns = now_ns;
  TRY(describe(world, "ctl/host.yaml", std::string(embedded::host_yaml)));
  TRY(describe(world, name, yaml));
  return std::unique_ptr<Host>(std::make_unique<DescribedHost>(std::move(world)));
}

}  // namespace hardened::ctl
