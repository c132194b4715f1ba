#include "runtime/own_hooks.h"

#include <array>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace hardened::runtime {
namespace {

constexpr std::string_view kHooks = "/hooks";
constexpr std::uint32_t kExecutable = 0111;

// Without env a hook inherits the runtime's environment, which is the engine's. There is no timeout: the program waits
// for nobody but the kernel, and crun waits by timer and SIGCHLD where there is one, while we end its other child.
doc::Value hook(const OwnHooks& hooks, std::string_view word) {
  const auto text = [](std::string_view value) { return doc::Value::string(std::string(value)); };
  return doc::Value::object(
      {{"path", text(hooks.program), {}},
       {"args", doc::Value::array({text(kHookProgram), text(word), text(hooks.root)}), {}},
       {"env", doc::Value::array({text("PATH=/usr/sbin:/usr/bin:/sbin:/bin")}), {}}});
}

bool is_ours(const doc::Value& entry) {
  const doc::Value* path = entry.find("path");
  if (path == nullptr) return false;
  const std::string_view text = path->text();
  return text.substr(text.rfind('/') + 1) == kHookProgram;
}

using Entry = std::optional<doc::Value>;  // nothing: no entry of ours belongs there

void put_hook(const controls::Spec& spec, std::string_view moment, const Entry& ours, doc::Edits& edits) {
  const std::string pointer = doc::child(kHooks, moment);
  const auto list = spec.find(pointer);
  if (!list) return ours ? edits.set(pointer, doc::Value::array({*ours})) : void();
  const std::vector<doc::Value>& entries = list->value().items();
  const bool stands = ours && !entries.empty() && entries.back() == *ours;
  for (std::size_t index = 0; index < entries.size(); ++index) {
    const bool stays = stands && index + 1 == entries.size();
    if (is_ours(entries[index]) && !stays) edits.remove(doc::child(pointer, index));
  }
  if (ours && !stands) edits.set(pointer + "/-", *ours);
}

}  // namespace

Result<std::string> find_hook_program(Host& host) {
  const std::string own = host.own_executable();
  const std::size_t slash = own.rfind('/');
  if (slash == std::string::npos) return Error{Fault::absent, "the place of hardened-runtime is not known"};
  std::string path = own.substr(0, slash + 1) + std::string(kHookProgram);
  const Stat stat = TRY(stat_trusted(host, path));
  if (stat.type != Stat::Type::file || (stat.mode & kExecutable) == 0) {
    return Error{Fault::policy, printable(path) + " is no executable file"};
  }
  return path;
}

void add_hooks(const controls::Spec& spec, const OwnHooks& hooks, doc::Edits& edits) {
  const Entry poststart = hooks.looks ? Entry(hook(hooks, "poststart")) : Entry();
  const Entry poststop = hook(hooks, "poststop");
  if (spec.find(kHooks)) {
    put_hook(spec, "poststart", poststart, edits);
    put_hook(spec, "poststop", poststop, edits);
    return;
  }
  std::vector<doc::Member> members;
  if (poststart) members.push_back({"poststart", doc::Value::array({*poststart}), {}});
  members.push_back({"poststop", doc::Value::array({*poststop}), {}});
  edits.set(std::string(kHooks), doc::Value::object(std::move(members)));
}

}  // namespace hardened::runtime
