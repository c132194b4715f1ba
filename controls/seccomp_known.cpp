#include "controls/seccomp_known.h"

#include <utility>
#include <vector>

#include "core/doc/json.h"
#include "profiles/seccomp/parse.h"

namespace hardened::controls {
namespace {

using doc::Value;

Value text_of(const Change& change) {
  return Value::object({{"pointer", Value::string(change.pointer), {}},
                        {"before", Value::string(change.before), {}},
                        {"after", Value::string(change.after), {}},
                        {"reason", Value::string(change.reason), {}},
                        {"by_default", Value::boolean(change.by_default), {}}});
}

std::string text(const doc::Cursor& object, std::string_view key, doc::Diagnostics& wrong) {
  const auto at = wrong.take(object.need(key));
  const auto found = at ? wrong.take(at->text()) : std::nullopt;
  return std::string(found.value_or(""));
}

bool truth(const doc::Cursor& object, std::string_view key, doc::Diagnostics& wrong) {
  const auto at = wrong.take(object.need(key));
  return at && wrong.take(at->boolean()).value_or(false);
}

std::vector<doc::Cursor> items(const doc::Cursor& object, std::string_view key, doc::Diagnostics& wrong) {
  const auto at = wrong.take(object.need(key));
  return at ? wrong.take(at->items()).value_or(std::vector<doc::Cursor>{}) : std::vector<doc::Cursor>{};
}

Change change_at(const doc::Cursor& at, doc::Diagnostics& wrong) {
  return {text(at, "pointer", wrong), text(at, "before", wrong), text(at, "after", wrong),
          text(at, "reason", wrong), truth(at, "by_default", wrong)};
}

}  // namespace

bool answers(const std::optional<KnownMeet>& known, Flags bounding, Required no_new_privileges) {
  return known && known->bounding == bounding && known->no_new_privileges == no_new_privileges;
}

std::string print_known(const KnownMeet& known, seccomp::Architecture own) {
  const bool narrowed = known.outcome.verdict == Verdict::narrowed;
  std::vector<Value> changes;
  for (const Change& change : known.outcome.changes) changes.push_back(text_of(change));
  std::vector<Value> notes;
  for (const std::string& note : known.outcome.notes) notes.push_back(Value::string(note));
  std::vector<doc::Member> members{{"bounding", Value::number(known.bounding.bits()), {}},
                                   {"no_new_privileges", Value::boolean(known.no_new_privileges.yes()), {}},
                                   {"changes", Value::array(std::move(changes)), {}},
                                   {"notes", Value::array(std::move(notes)), {}}};
  if (narrowed) members.push_back({"granted", seccomp::write(known.outcome.granted, own), {}});
  return doc::print(Value::object(std::move(members)));
}

std::optional<KnownMeet> read_known(std::string text, seccomp::Architecture own) {
  const auto document = doc::read_json("known meet", std::move(text));
  if (!document) return std::nullopt;
  const doc::Cursor root(*document, document->root);
  doc::Diagnostics wrong;
  KnownMeet known;
  const auto bounding = wrong.take(root.need("bounding"));
  known.bounding = Flags(bounding ? wrong.take(bounding->unsigned_integer()).value_or(0) : 0);
  known.no_new_privileges = Required(truth(root, "no_new_privileges", wrong));
  for (const doc::Cursor& at : items(root, "changes", wrong))
    known.outcome.changes.push_back(change_at(at, wrong));
  for (const doc::Cursor& at : items(root, "notes", wrong)) {
    known.outcome.notes.emplace_back(wrong.take(at.text()).value_or(""));
  }
  known.outcome.verdict = Verdict::unchanged;
  if (const auto granted = root.find("granted")) {
    auto profile = wrong.take(seccomp::parse_section(*granted, own));
    if (profile) known.outcome.granted = *std::move(profile);
    known.outcome.verdict = Verdict::narrowed;
  }
  if (wrong.any()) return std::nullopt;
  return known;
}

}  // namespace hardened::controls
