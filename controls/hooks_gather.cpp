// What the host says of each hook's program.
#include <map>
#include <tuple>
#include <utility>

#include "controls/hooks.h"
#include "controls/hooks_declared.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using Asked = HooksFacts::Asked;

constexpr std::uint32_t kExecutable = 0111;
constexpr std::string_view kOwnProgram = "hardened-hook";
constexpr std::string_view kSetKey = "libnetwork-setkey";
constexpr std::string_view kDaemon = "dockerd";

std::string_view name_in(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Nothing where a path is no program that only root can have written, with the reason in `distrust`.
std::string locate(Host& host, const std::string& path, std::string& distrust) {
  const Result<Located> found = locate_trusted(host, path);
  if (!found) {
    distrust = found.error().what;
    return "";
  }
  if (found->stat.type == Stat::Type::file && (found->stat.mode & kExecutable) != 0) return found->path;
  distrust = printable(path) + " is no executable file";
  return "";
}

// "/proc/4321/exe"
bool is_a_process(std::string_view path) {
  constexpr std::string_view before = "/proc/";
  constexpr std::string_view after = "/exe";
  unsigned long long number = 0;
  return path.size() > before.size() + after.size() && path.starts_with(before) && path.ends_with(after) &&
         parse_decimal(path.substr(before.size(), path.size() - before.size() - after.size()), number);
}

// A step of a build: dockerd's BuildKit makes its bundles in <data root>/buildkit/executor and gives the network of each an id
// of its own (builder-next/executor_linux.go). The bundle's path is of the command line, which no user writes.
bool is_a_step(const Container& container) {
  constexpr std::string_view kExecutor = "/buildkit/executor/";
  const std::size_t slash = container.bundle.rfind('/');
  return slash != std::string::npos && container.bundle.substr(0, slash + 1).ends_with(kExecutor);
}

// [libnetwork-setkey, (-exec-root=/…,) <the container's id>, <the controller's id>]: daemon/oci_linux.go of moby up to 27.
bool sets_the_key(const Hook& hook, const Container& container) {
  const std::vector<std::string>& words = hook.id.arguments;
  if (words.size() < 3 || words.size() > 4 || words[0] != kSetKey) return false;
  if (words.size() == 4 && !words[1].starts_with("-exec-root=/")) return false;
  const std::string& controller = words.back();
  const bool plain =
      !controller.empty() && controller.find_first_not_of("0123456789abcdef") == std::string::npos;
  // A document that is looked at without a call has no container; every call of a bundle names one.
  return plain && (container.id.empty() || words[words.size() - 2] == container.id || is_a_step(container));
}

// Does that process run the host's own dockerd? A process of a container can run a file of any name that is root's there,
// so the name must lead to the very file in our own tree, in which only root can put one.
std::string engine_behind(Host& host, const std::string& path, std::string& distrust) {
  const Result<std::string> name = host.read_link(path);
  const Result<Stat> runs = host.stat(path, Links::follow);
  if (!name || !runs) {
    distrust = "there is no process at " + printable(path);
    return "";
  }
  const std::string program = locate(host, *name, distrust);
  if (program.empty()) return "";
  const Result<Stat> stands = host.stat(program, Links::refuse);
  const bool same = stands && stands->device == runs->device && stands->inode == runs->inode;
  if (same && name_in(program) == kDaemon) return program;
  distrust = same ? printable(program) + " is no engine"
                  : "that process does not run the host's " + printable(program) + "; restart the engine";
  return "";
}

// Only as Docker writes it: with an environment of its own it would be another's words.
void judge_process(Host& host, const Container& container, Asked& asked) {
  const Hook& hook = asked.hook;
  asked.program = engine_behind(host, hook.id.path, asked.distrust);
  asked.engines = !asked.program.empty() && hook.id.stage == Stage::prestart && !hook.environment &&
                  !hook.timeout && sets_the_key(hook, container);
}

// As runtime/own_hooks finds it, and only at the stages at which that writes our own anew: what stands elsewhere would stay,
// with the words of whoever wrote it.
bool is_ours(Host& host, Stage stage, const std::string& path) {
  if (stage != Stage::poststart && stage != Stage::poststop) return false;
  const std::string own = host.own_executable();
  const std::size_t slash = own.rfind('/');
  return slash != std::string::npos && path == own.substr(0, slash + 1) + std::string(kOwnProgram) &&
         stat_trusted(host, path).ok();
}

}  // namespace

Result<HooksFacts> Hooks::gather(Host& host, const Spec& spec, const Ceiling& ceiling) {
  const std::vector<Hook> hooks = TRY(hooks_asked(spec));
  Facts facts;
  bool undeclared = false;
  std::map<std::string, std::pair<std::string, std::string>>
      seen;  // a list may name one program a thousand times
  for (const Hook& hook : hooks) {
    Asked asked;
    asked.hook = hook;
    const std::string& path = hook.id.path;
    if (hook.id.stage == Stage::start_container) {
      // Its path is the container's, not ours.
    } else if (is_a_process(path)) {
      judge_process(host, spec.container(), asked);
    } else {
      const auto [at, fresh] = seen.try_emplace(path);
      if (fresh) at->second.first = locate(host, path, at->second.second);
      std::tie(asked.program, asked.distrust) = at->second;
      asked.ours = !asked.program.empty() && is_ours(host, hook.id.stage, path);
      undeclared = undeclared || !asked.program.empty();
    }
    facts.asked.push_back(std::move(asked));
  }
  if (!ceiling.host_default || !undeclared) return facts;
  const std::vector<DeclaredHook> declared = declared_hooks(host);
  for (Asked& asked : facts.asked) {
    asked.declared = !asked.program.empty() && declares(declared, asked.hook);
  }
  return facts;
}

}  // namespace hardened::controls
