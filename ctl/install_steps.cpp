#include "ctl/install_steps.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace hardened::ctl {
namespace {

constexpr std::uint32_t kOpenDirectory = 0755;

Done forget(Host& host, const std::string& path) {
  const std::optional<Stat> there = TRY(look(host, path));
  return there ? host.remove(path) : done();
}

Done renamed(const Context& context, const std::string& from, const std::string& to) {
  TRY(context.machine.rename(from, to));
  return context.machine.sync_directory(directory_of(to));
}

}  // namespace

Done take(const Steps& steps, std::vector<Step>& done) {
  for (const Step& step : steps) {
    TRY(step.act());
    done.push_back(step);
  }
  return hardened::done();
}

std::string laid_out(const Screen& screen, const Steps& steps) {
  Table table;
  for (const Step& step : steps) {
    table.rows.push_back({{step.said.what, Style::strong}, {step.path}, {step.said.detail, Style::faint}});
  }
  return laid_out(screen, table);
}

doc::Value as_json(const Steps& steps) {
  std::vector<doc::Value> items;
  for (const Step& step : steps) {
    items.push_back(doc::Value::object({{"did", doc::Value::string(step.said.what), {}},
                                        {"path", doc::Value::string(step.path), {}},
                                        {"detail", doc::Value::string(step.said.detail), {}}}));
  }
  return doc::Value::array(std::move(items));
}

std::string directory_of(const std::string& path) {
  return path.substr(0, std::max(path.rfind('/'), std::size_t{1}));
}

Result<std::optional<Stat>> look(Host& host, const std::string& path) {
  const Result<Stat> stat = host.stat(path, Links::refuse);
  if (stat) return std::optional(*stat);
  if (stat.error().fault == Fault::absent) return std::optional<Stat>();
  return stat.error();
}

Result<std::optional<std::string>> link_target(Host& host, const std::string& path) {
  const std::optional<Stat> there = TRY(look(host, path));
  if (!there || there->type != Stat::Type::symlink) return std::optional<std::string>();
  std::string target = TRY(host.read_link(path));
  return std::optional(std::move(target));
}

Step make_directory(const Context& context, const std::string& path) {
  const auto act = [context, path]() -> Done {
    TRY(context.host.make_directories(path, kOpenDirectory));
    // mkdir(2) asks the umask, which may be root's 077: engines of users read what stands here.
    TRY(context.machine.change_mode(path, kOpenDirectory));
    return context.machine.sync_directory(directory_of(path));
  };
  return {path, {"made", "a directory"}, act};
}

Step write_file(const Context& context, const std::string& path, std::string bytes, std::uint32_t mode,
                Said said) {
  const auto act = [context, path, bytes = std::move(bytes), mode]() -> Done {
    TRY(context.host.replace(path, bytes, mode));
    return context.machine.sync_directory(directory_of(path));
  };
  return {path, std::move(said), act};
}

Step remove_file(const Context& context, const std::string& path, Said said) {
  const auto act = [context, path]() -> Done {
    TRY(forget(context.host, path));
    return context.machine.sync_directory(directory_of(path));
  };
  return {path, std::move(said), act};
}

Step remove_empty_directory(const Context& context, const std::string& path) {
  const auto act = [context, path]() -> Done {
    const std::optional<Stat> there = TRY(look(context.host, path));
    if (!there) return done();
    const std::vector<std::string> names = TRY(context.host.list(path, 1));
    return names.empty() ? context.machine.remove_directory(path) : done();
  };
  return {path, {"removed", "where it is empty"}, act};
}

Step point(const Context& context, const std::string& path, const std::string& target, Said said) {
  const auto act = [context, path, target]() -> Done {
    const std::string made = path + std::string(kNewSuffix);
    TRY(forget(context.host, made));
    TRY(context.machine.symlink(target, made));
    return renamed(context, made, path);
  };
  return {path, std::move(said), act};
}

Step second_name(const Context& context, const std::string& file, const std::string& name, Said said) {
  const auto act = [context, file, name]() -> Done {
    const std::string made = name + std::string(kNewSuffix);
    TRY(forget(context.host, made));
    TRY(context.machine.link(file, made));
    TRY(renamed(context, made, name));
    // rename(2) does nothing where both are names of one file already.
    return forget(context.host, made);
  };
  return {name, std::move(said), act};
}

}  // namespace hardened::ctl
