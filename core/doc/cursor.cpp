#include "core/doc/cursor.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/text.h"

namespace hardened::doc {
namespace {

// Go's encoding/json takes exactly the integers that strconv.ParseInt takes of a JSON number.
template <class T>
std::optional<T> integer(std::string_view lexeme) {
  T value{};
  const char* const end = lexeme.data() + lexeme.size();
  const auto [stopped, failed] = std::from_chars(lexeme.data(), end, value);
  if (failed != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

std::string unexpected(std::string_view wanted, const Value& value) {
  return "expected " + std::string(wanted) + ", found " + std::string(name(value.kind()));
}

}  // namespace

Result<bool> Cursor::boolean() const {
  if (!value_->is(Kind::boolean)) return error(unexpected("true or false", *value_));
  return value_->truth();
}

Result<std::string_view> Cursor::text() const {
  if (!value_->is(Kind::string)) return error(unexpected("a string", *value_));
  return std::string_view(value_->text());
}

Result<std::int64_t> Cursor::signed_integer() const {
  if (!value_->is(Kind::number)) return error(unexpected("an integer", *value_));
  const auto value = integer<std::int64_t>(value_->text());
  if (!value) return error("expected an integer of 64 bits, found " + printable(value_->text(), 40));
  return *value;
}

Result<std::uint64_t> Cursor::unsigned_integer() const {
  if (!value_->is(Kind::number)) return error(unexpected("an unsigned integer", *value_));
  const auto value = integer<std::uint64_t>(value_->text());
  if (!value) return error("expected an unsigned integer of 64 bits, found " + printable(value_->text(), 40));
  return *value;
}

Result<std::vector<Cursor>> Cursor::items() const {
  if (!value_->is(Kind::array)) return error(unexpected("a list", *value_));
  std::vector<Cursor> out;
  out.reserve(value_->items().size());
  for (const Value& item : value_->items()) out.emplace_back(*document_, item);
  return out;
}

Result<std::vector<Entry>> Cursor::entries() const {
  if (!value_->is(Kind::object)) return error(unexpected("an object", *value_));
  std::vector<Entry> out;
  out.reserve(value_->members().size());
  for (const Member& member : value_->members()) {
    out.push_back(Entry{member.key, Cursor(*document_, member.value), member.key_range});
  }
  return out;
}

std::optional<Cursor> Cursor::find(std::string_view key) const {
  const Value* value = value_->find(key);
  if (value == nullptr || value->is(Kind::null)) return std::nullopt;
  return Cursor(*document_, *value);
}

Result<Cursor> Cursor::need(std::string_view key) const {
  if (!value_->is(Kind::object)) return error(unexpected("an object", *value_));
  if (auto value = find(key)) return *value;
  return error("'" + std::string(key) + "' is missing");
}

Done Cursor::only(std::span<const std::string_view> known) const {
  const std::vector<Entry> all = TRY(entries());
  Diagnostics wrong;
  for (const Entry& entry : all) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      wrong.add(unknown_key(entry, known));
    }
  }
  if (wrong.any()) return wrong.error(Fault::syntax);
  return done();
}

Error Cursor::error(std::string_view message) const {
  const std::uint32_t offset = value_->range().begin;
  if (document_->shows_line(offset)) return {Fault::syntax, document_->point(offset, message)};
  // A document of one long line: its pointer says more than a column.
  const std::string pointer = printable(pointer_of(*document_, *value_));
  if (pointer.empty()) return {Fault::syntax, document_->point(offset, message)};
  return {Fault::syntax, document_->point(offset, pointer + ": " + std::string(message))};
}

std::string Cursor::where() const {
  return printable(document_->name, 4096) + ":" +
         std::to_string(document_->position(value_->range().begin).line);
}

Error Entry::error(std::string_view message) const {
  return {Fault::syntax, value.document().point(key_range.begin, message)};
}

Error unknown_key(const Entry& entry, std::span<const std::string_view> known) {
  const std::string message = "unknown key '" + printable(entry.key) + "'";
  const std::string_view near = nearest(entry.key, known);
  if (!near.empty()) return entry.error(message + ", did you mean " + std::string(near) + "?");
  if (known.empty()) return entry.error(message + ", no keys are known here");
  return entry.error(message + ", known are " + joined({known.begin(), known.end()}));
}

void Diagnostics::add(Error error) { errors_.push_back(std::move(error)); }

bool Diagnostics::check(Done result) {
  if (result) return true;
  add(std::move(result).error());
  return false;
}

Error Diagnostics::error(Fault fault) const {
  Error out{fault, ""};
  for (const Error& one : errors_) {
    if (!out.what.empty()) out.what += '\n';
    out.what += one.what;
  }
  return out;
}

}  // namespace hardened::doc
