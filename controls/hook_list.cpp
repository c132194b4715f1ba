#include "controls/hook_list.h"

#include <tuple>
#include <utility>

#include "controls/reach.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kHooks = "/hooks";

Result<std::vector<std::string>> texts(const doc::Cursor& list) {
  std::vector<std::string> words;
  const auto items = TRY(list.items());
  for (const doc::Cursor& item : items) {
    const std::string_view text = TRY(item.text());
    words.emplace_back(text);
  }
  return words;
}

}  // namespace

std::string HookId::pointer() const { return doc::child(doc::child(kHooks, name(stage)), index); }

bool operator<(const HookId& a, const HookId& b) {
  return std::tie(a.stage, a.index, a.path, a.arguments) < std::tie(b.stage, b.index, b.path, b.arguments);
}

Result<Hook> read_hook(const doc::Cursor& item) {
  if (item.kind() != doc::Kind::object) return item.error("a hook has to be an object");
  Hook hook;
  if (const auto path = item.find("path")) {
    const std::string_view text = TRY(path->text());
    hook.id.path = text;
  }
  if (const auto list = item.find("args")) hook.id.arguments = TRY(texts(*list));
  if (const auto list = item.find("env")) hook.environment = TRY(texts(*list));
  if (const auto timeout = item.find("timeout")) hook.timeout = TRY(timeout->signed_integer());
  return hook;
}

Result<std::vector<Hook>> hooks_asked(const Spec& spec) {
  std::vector<Hook> hooks;
  for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
    const auto list = TRY(reach(spec, doc::child(kHooks, kStages[stage])));
    if (!list) continue;
    const auto items = TRY(list->items());
    for (std::size_t index = 0; index < items.size(); ++index) {
      Hook hook = TRY(read_hook(items[index]));
      hook.id.stage = static_cast<Stage>(stage);
      hook.id.index = index;
      hooks.push_back(std::move(hook));
    }
  }
  return hooks;
}

}  // namespace hardened::controls
