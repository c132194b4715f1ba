#include "runtime/own_hooks.h"

#include <array>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace hardened::runtime {
namespace {

constexpr std::string_view kHooks = "/hooks";
constexpr std::array<std::string_view, 2> kMoments{"poststart", "poststop"};
constexpr std::uint32_t kExecutable = 0111;

// Without env a hook inherits the runtime's environment, which is the engine's. There is no timeout: the program waits
// for nobody but the kernel, and crun waits by timer and SIGCHLD where there is one, while we end its other child.
doc::Value hook(const std::string& program, std::string_view moment, const std::string& root) {
  const auto text = [](std::string_view value) { return doc::Value::string(std::string(value)); };
  return doc::Value::object({{"path", text(program), {}},
                             {"args", doc::Value::array({text(kHookProgram), text(moment), text(root)}), {}},
                             {"env", doc::Value::array({text("PATH=/usr/sbin:/usr/bin:/sbin:/bin")}), {}}});
}

bool is_ours(const doc::Value& entry) {
  const doc::Value* path = entry.find("path");
  if (path == nullptr) return false;
  const std::string_view text = path->text();
  return text.substr(text.rfind('/') + 1) == kHookProgram;
}

void add_hook(const controls::Spec& spec, std::string_view moment, const doc::Value& ours,
              doc::Edits& edits) {
  const std::string pointer = doc::child(kHooks, moment);
  const auto list = spec.find(pointer);
  if (!list) return edits.set(pointer, doc::Value::array({ours}));
  const std::vector<doc::Value>& entries = list->value().items();
  const bool stands = !entries.empty() && entries.back() == ours;
  for (std::size_t index = 0; index < entries.size(); ++index) {
    const bool stays = stands && index + 1 == entries.size();
    if (is_ours(entries[index]) && !stays) edits.remove(doc::child(pointer, index));
  }
  if (!stands) edits.set(pointer + "/-", ours);
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

void add_hooks(const controls::Spec& spec, const std::string& program, const std::string& root,
               doc::Edits& edits) {
  std::vector<doc::Member> members;
  const bool absent = !spec.find(kHooks);
  for (const std::string_view moment : kMoments) {
    doc::Value ours = hook(program, moment, root);
    if (absent) {
      members.push_back({std::string(moment), doc::Value::array({std::move(ours)}), {}});
    } else {
      add_hook(spec, moment, ours, edits);
    }
  }
  if (absent) edits.set(std::string(kHooks), doc::Value::object(std::move(members)));
}

}  // namespace hardened::runtime
