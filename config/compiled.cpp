#include "config/compiled.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "config/load.h"
#include "config/rules.h"
#include "config/settings.h"
#include "core/base/root_only.h"
#include "core/base/sha256.h"
#include "core/doc/json.h"

namespace hardened::config {
namespace {

using doc::Value;

// A policy of kLargestPolicy bytes, each of them escaped.
constexpr std::size_t kLargestCompiled = 6 * kLargestPolicy + (std::size_t{1} << 16U);
// Times of a file move in steps of the kernel's tick: what was written this short a time ago could
// be written again without a trace.
constexpr std::int64_t kSettled = 2'000'000'000;

std::string place_of(const std::string& path) {
  return std::string(kCompiledDirectory) + "/" + sha256(path) + ".json";
}

bool directory_is_ours(Host& host) { return root_only_directory(host, std::string(kCompiledDirectory)); }

Value object(std::vector<std::pair<std::string, Value>> members) {
  std::vector<doc::Member> out;
  for (auto& [key, value] : members) out.push_back({key, std::move(value), {}});
  return Value::object(std::move(out));
}

Value made_from(const std::string& path, const Stat& file) {
  return object({{"build", Value::string(std::string(build_id()))},
                 {"path", Value::string(path)},
                 {"device", Value::number(file.device)},
                 {"inode", Value::number(file.inode)},
                 {"size", Value::number(file.size)},
                 {"mtime_ns", Value::number(file.mtime_ns)},
                 {"ctime_ns", Value::number(file.ctime_ns)}});
}

void restore(std::string& text, const doc::Cursor& section, std::string_view key, doc::Diagnostics& wrong) {
  const auto at = wrong.take(section.need(key));
  if (!at) return;
  if (const auto found = wrong.take(at->text())) text = *found;
}

// Nothing when it is damaged.
std::optional<Policy> restored(const std::shared_ptr<const doc::Document>& document, const std::string& path,
                               const std::shared_ptr<const std::string>& text, std::size_t waivers) {
  const doc::Cursor root(*document, document->root);
  doc::Diagnostics wrong;
  const auto merged = wrong.take(root.need("policy"));
  const auto origins = wrong.take(root.need("origins"));
  if (!merged || !origins) return std::nullopt;
  const auto bytes = wrong.take(root.need("waiver_bytes"));
  const auto length = bytes ? wrong.take(bytes->unsigned_integer()) : std::nullopt;
  if (!length || *length != text->size() - waivers) return std::nullopt;
  const Layers top{*merged, std::nullopt};
  Policy policy;
  policy.path = path;
  policy.waivers = {text, waivers, path, top, document};
  read_settings(top, policy, wrong);
  policy.rules = read_rules<controls::AllControls>(top, wrong);
  add_data_roots(policy.engines, std::get<RuleOf<controls::Mounts>>(policy.rules).ceiling);
  restore(policy.id, root, "id", wrong);
  restore(policy.fields.origin, *origins, "unknown_fields", wrong);
  restore(policy.privileged_origin, *origins, "privileged", wrong);
  if (const auto rules = wrong.take(origins->need("controls"))) {
    RulesReader<controls::AllControls>::restore_origins(policy.rules, *rules, wrong);
  }
  if (wrong.any()) return std::nullopt;
  return policy;
}

enum class State : std::uint8_t { missing, stale, damaged, good };

struct Recalled {
  State state = State::missing;
  std::optional<Policy> policy;
};

Recalled recalled(Host& host, const std::string& path, const Stat& file) {
  Result<File> kept = host.read(place_of(path), kLargestCompiled, Links::refuse);
  if (!kept) return {kept.error().fault == Fault::absent ? State::missing : State::damaged, std::nullopt};
  if (!root_only(kept->stat, Stat::Type::file) || !kept->bytes.ends_with('\n'))
    return {State::damaged, std::nullopt};
  const auto text = std::make_shared<const std::string>(std::move(kept).value().bytes);
  const std::size_t first = text->find('\n');
  auto read = doc::read_json("compiled policy", text->substr(0, first));
  if (!read) return {State::damaged, std::nullopt};
  const auto document = std::make_shared<const doc::Document>(std::move(read).value());
  const doc::Value* from = document->root.find("from");
  if (from == nullptr) return {State::damaged, std::nullopt};
  if (*from != made_from(path, file)) return {State::stale, std::nullopt};
  auto policy = restored(document, path, text, first + 1);
  if (!policy) return {State::damaged, std::nullopt};
  return {State::good, std::move(policy)};
}

}  // namespace

std::optional<Policy> recall(Host& host, const std::string& path, const Stat& file) {
  if (!directory_is_ours(host)) return std::nullopt;
  Recalled found = recalled(host, path, file);
  if (found.state == State::damaged) {
    const Done removed = host.remove(place_of(path));
    if (!removed) return std::nullopt;  // then keep() will not replace it either
  }
  return std::move(found.policy);
}

void keep(Host& host, const Policy& policy, const Value& merged, const Stat& file) {
  const std::int64_t age = host.now_ns() - std::max(file.mtime_ns, file.ctime_ns);
  if (age < kSettled) return;
  const Done made = host.make_directories(std::string(kCompiledDirectory), 0700);
  if (!made || !directory_is_ours(host)) return;
  const Value origins = object({{"unknown_fields", Value::string(policy.fields.origin)},
                                {"privileged", Value::string(policy.privileged_origin)},
                                {"controls", RulesReader<controls::AllControls>::origins(policy.rules)}});
  const Value line = object({{"from", made_from(policy.path, file)},
                             {"id", Value::string(policy.id)},
                             {"origins", origins},
                             {"policy", merged},
                             {"waiver_bytes", Value::number(std::uint64_t{policy.waivers.lines().size()})}});
  const std::string bytes = doc::print_canonical(line) + '\n' + std::string(policy.waivers.lines());
  if (bytes.size() > kLargestCompiled) return;
  const Done written = host.replace(place_of(policy.path), bytes, 0600);
  static_cast<void>(written.ok());
}

void discard(Host& host, const std::string& path) {
  const Done removed = host.remove(place_of(path));
  static_cast<void>(removed.ok());  // then the next call meets the damage again, and fails as this one did
}

}  // namespace hardened::config
