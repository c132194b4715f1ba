#include "core/doc/json.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/host.h"
#include "core/doc/tree.h"
#include "core/doc/utf8.h"

// RapidJSON's checks must not vanish with NDEBUG.
#define RAPIDJSON_ASSERT(condition) ((condition) ? static_cast<void>(0) : std::abort())
#include <rapidjson/reader.h>

namespace hardened::doc {
namespace {

// The text as RapidJSON's input stream; a NUL, which the text does not hold, is its end. What RapidJSON
// calls parsing in place goes to a place of its own, for the text stays as it is: a string decoded is
// never longer than written, with its quotes it is longer than with RapidJSON's NUL at the end.
class Source {
 public:
  using Ch = char;
  explicit Source(const std::string& text)
      : begin_(text.data()),
        at_(begin_),
        end_(begin_ + text.size()),
        opened_(begin_),
        decoded_(std::make_unique_for_overwrite<char[]>(text.size())),
        put_(decoded_.get()) {}

  Ch Peek() const { return *at_; }  // a string ends in a NUL
  Ch Take() { return at_ == end_ ? '\0' : *at_++; }
  std::size_t Tell() const { return static_cast<std::size_t>(at_ - begin_); }
  // Of the string that was read last: where its opening quote stands.
  std::size_t opened() const { return static_cast<std::size_t>(opened_ - begin_); }

  // Asked for behind the quote that opens a string; and behind a number, for which nothing is put. What
  // stands for itself is copied here at once, so that RapidJSON goes on with the first that does not.
  Ch* PutBegin() {
    put_ = decoded_.get();
    if (at_[-1] == '"') {
      opened_ = at_ - 1;
      const char* plain = at_;
      while (static_cast<unsigned char>(*plain) >= 0x20 && *plain != '"' && *plain != '\\') ++plain;
      put_ = std::copy(at_, plain, put_);
      at_ = plain;
    }
    return decoded_.get();
  }
  void Put(Ch c) { *put_++ = c; }
  void Flush() {}
  std::size_t PutEnd(const Ch* begin) { return static_cast<std::size_t>(put_ - begin); }

 private:
  const char* begin_;
  const char* at_;
  const char* end_;
  const char* opened_;
  std::unique_ptr<char[]> decoded_;  // the string that was read last
  char* put_;
};

// "\udc00" alone: RapidJSON lets it pass and makes bytes of it that are no UTF-8. Those of the
// source itself were checked before, so any such bytes come from an escape.
bool has_surrogate(std::string_view text) {
  for (std::size_t at = text.find('\xed'); at != std::string_view::npos; at = text.find('\xed', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xa0) return true;
  }
  return false;
}

// RapidJSON's events, each told when its last character was taken.
class Handler {
 public:
  Handler(const std::string& text, const Source& source) : text_(&text), source_(&source) {}

  bool Null() { return tree.leaf(Value{}, last(4)); }
  bool Bool(bool value) { return tree.leaf(Value::boolean(value), last(value ? 4 : 5)); }
  bool RawNumber(const char* /*copy*/, unsigned length, bool /*copied*/) {
    const Range range = last(length);
    return tree.leaf(Value::lexeme(text_->substr(range.begin, length)), range);
  }
  bool String(const char* text, unsigned length, bool /*copied*/) {
    const Range range = quoted();
    return sound({text, length}) && tree.leaf(Value::string(std::string(text, length)), range);
  }
  bool Key(const char* text, unsigned length, bool /*copied*/) {
    const Range range = quoted();
    return sound({text, length}) && tree.key(std::string(text, length), range);
  }
  bool StartObject() { return tree.open(Kind::object, here() - 1); }
  bool StartArray() { return tree.open(Kind::array, here() - 1); }
  bool EndObject(unsigned /*count*/) { return tree.close(here()); }
  bool EndArray(unsigned /*count*/) { return tree.close(here()); }

  // Numbers arrive as text alone.
  bool Int(int /*value*/) { return false; }
  bool Uint(unsigned /*value*/) { return false; }
  bool Int64(std::int64_t /*value*/) { return false; }
  bool Uint64(std::uint64_t /*value*/) { return false; }
  bool Double(double /*value*/) { return false; }

  Tree tree;
  std::optional<std::uint32_t> surrogate;  // where the string with one begins

 private:
  [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(source_->Tell()); }
  [[nodiscard]] Range last(std::size_t length) const {
    return {here() - static_cast<std::uint32_t>(length), here()};
  }
  [[nodiscard]] Range quoted() const { return {static_cast<std::uint32_t>(source_->opened()), here()}; }
  bool sound(std::string_view decoded) {
    if (!has_surrogate(decoded)) return true;
    surrogate = quoted().begin;
    return false;
  }

  const std::string* text_;
  const Source* source_;
};

std::string_view words(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty: return "the document is empty";
    case rapidjson::kParseErrorDocumentRootNotSingular: return "data after the end of the document";
    case rapidjson::kParseErrorValueInvalid: return "a value is missing or misspelt here";
    case rapidjson::kParseErrorObjectMissName: return "the name of a member is missing";
    case rapidjson::kParseErrorObjectMissColon: return "a colon is missing after the name of a member";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or '}' is missing after a member";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or ']' is missing after an item";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex: return "\\u wants four hexadecimal digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid: return "half of a surrogate pair is missing";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "no such escape, or a control character in a string";
    case rapidjson::kParseErrorStringMissQuotationMark: return "the string has no end";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "not valid UTF-8, or a control character in a string";
    case rapidjson::kParseErrorNumberTooBig: return "the number is too big";
    case rapidjson::kParseErrorNumberMissFraction: return "digits are missing after the decimal point";
    case rapidjson::kParseErrorNumberMissExponent: return "digits are missing in the exponent";
    default: return "not JSON";
  }
}

Error refused(const Document& document, std::size_t offset, std::string_view why) {
  return Error{Fault::syntax, document.point(static_cast<std::uint32_t>(offset), why)};
}

Done check_bytes(const Document& document) {
  const std::string& text = document.text;
  if (text.size() > kMostBytes) {
    return Error{Fault::syntax, document.name + ": longer than " + std::to_string(kMostBytes) + " bytes"};
  }
  if (text.rfind("\xef\xbb\xbf", 0) == 0) return refused(document, 0, "a byte order mark");
  const std::size_t nul = text.find('\0');
  if (nul != std::string::npos) return refused(document, nul, "a NUL byte");
  const std::size_t bad = first_invalid(text);
  if (bad != text.size()) return refused(document, bad, "not valid UTF-8");
  return done();
}

}  // namespace

Result<Document> read_json(std::string name, std::string text) {
  Document document{std::move(name), std::move(text), Value{}};
  TRY(check_bytes(document));
  Source source(document.text);
  Handler handler(document.text, source);
  rapidjson::Reader reader;
  // It recurs for each bracket: the tree refuses the one that is too deep before it is entered.
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(source, handler);
  if (parsed.Code() == rapidjson::kParseErrorTermination) {
    if (handler.surrogate)
      return refused(document, *handler.surrogate, "half of a surrogate pair is missing");
    const Tree::Refusal& refusal = handler.tree.refusal();
    return refused(document, refusal.offset, refusal.why);
  }
  if (parsed.IsError()) return refused(document, parsed.Offset(), words(parsed.Code()));
  document.root = handler.tree.take_root();
  return document;
}

}  // namespace hardened::doc
