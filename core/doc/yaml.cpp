#include "core/doc/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "core/base/host.h"
#include "core/doc/cursor.h"
#include "core/doc/tree.h"
#include "core/doc/utf8.h"

namespace hardened::doc {
namespace {

// Leaves yaml-cpp's parser from inside of an event; caught in read_yaml.
struct Refused {
  std::uint32_t offset;
  std::string why;
};

// Longer ones fit no type of ours, and past 309 digits no JSON either.
constexpr std::size_t kLongestNumber = 40;

bool is_decimal(std::string_view text) {
  if (text.size() > kLongestNumber) return false;
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

Value plain(const std::string& text) {
  if (text == "true" || text == "false") return Value::boolean(text == "true");
  if (is_decimal(text)) return Value::lexeme(text);
  return Value::string(text);
}

class Handler : public YAML::EventHandler {
 public:
  explicit Handler(std::string_view text) : text_(text) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw Refused{offset(mark), "a second document"};
  }
  void OnDocumentEnd() override {}

  // What a mark of yaml-cpp says of a null with a tag or anchor is their place.
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const std::string_view rest = text_.substr(offset(mark));
    check(mark, rest.substr(0, 1) == "!" ? "!" : "?", anchor);
    if (tree_.wants_key()) throw Refused{offset(mark), "a key is missing"};
    // yaml-cpp takes these spellings for null too.
    for (const std::string_view word : {"Null", "NULL"}) {
      if (rest.substr(0, word.size()) == word) return keep(mark, Value::string(std::string(word)));
    }
    keep(mark, Value{});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Refused{offset(mark), "aliases are not allowed here"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    // yaml-cpp tags a plain scalar "?", any other "!".
    check(mark, tag, anchor);
    if (tree_.wants_key()) {
      must(tree_.key(value, at(mark)));
    } else {
      keep(mark, tag == "?" ? plain(value) : Value::string(value));
    }
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Kind::array, mark, tag, anchor);
    begun(style);
  }
  void OnSequenceEnd() override { ended(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Kind::object, mark, tag, anchor);
    begun(style);
  }
  void OnMapEnd() override { ended(); }

  [[nodiscard]] Value take_root() { return tree_.take_root(); }
  [[nodiscard]] const std::vector<Tree::Refusal>& twice() const { return tree_.gathered(); }
  // Where the innermost { or [ stands that was not closed.
  [[nodiscard]] std::optional<std::uint32_t> unclosed() const {
    const auto found =
        std::find_if(begun_.rbegin(), begun_.rend(), [](const auto& one) { return one.has_value(); });
    return found == begun_.rend() ? std::nullopt : *found;
  }

 private:
  [[nodiscard]] std::uint32_t offset(const YAML::Mark& mark) const {
    if (mark.is_null() || mark.pos < 0) return last_;
    return static_cast<std::uint32_t>(
        std::min<std::size_t>(static_cast<std::size_t>(mark.pos), text_.size()));
  }
  Range at(const YAML::Mark& mark) {
    last_ = offset(mark);
    return {last_, last_};
  }
  void must(bool taken) {
    if (!taken) throw Refused{tree_.refusal().offset, tree_.refusal().why};
  }
  void check(const YAML::Mark& mark, std::string_view tag, YAML::anchor_t anchor) {
    if (anchor != 0) throw Refused{offset(mark), "anchors are not allowed here"};
    if (tag != "?" && tag != "!" && !tag.empty()) throw Refused{offset(mark), "tags are not allowed here"};
  }
  void keep(const YAML::Mark& mark, Value value) { must(tree_.leaf(std::move(value), at(mark))); }
  void open(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    check(mark, tag, anchor);
    if (tree_.wants_key()) throw Refused{offset(mark), "a key must be a string"};
    must(tree_.open(kind, at(mark).begin));
  }

  void begun(YAML::EmitterStyle::value style) {
    begun_.push_back(style == YAML::EmitterStyle::Flow ? std::optional(last_) : std::nullopt);
  }
  void ended() {
    must(tree_.close(last_));
    begun_.pop_back();
  }

  std::string_view text_;
  std::vector<std::optional<std::uint32_t>> begun_;  // maps and lists; of those in brackets, where
  Tree tree_{Tree::Twice::gather};
  int documents_ = 0;
  std::uint32_t last_ = 0;  // where the last event stood
};

Error refused(const Document& document, std::size_t offset, std::string_view why) {
  return Error{Fault::syntax, document.point(static_cast<std::uint32_t>(offset), why)};
}

// Where a tab indents that line or the one before.
std::optional<std::size_t> tab_that_indents(std::string_view text, std::size_t offset) {
  for (int lines = 0; lines < 2; ++lines) {
    const std::size_t end = text.substr(0, offset).rfind('\n');
    const std::size_t begin = end == std::string_view::npos ? 0 : end + 1;
    const std::size_t first = std::min(text.find_first_not_of(' ', begin), text.size());
    const std::size_t content = text.find_first_not_of(" \t", first);
    const bool blank = content == std::string_view::npos || text[content] == '\n';
    if (content != first && !blank) return first;
    if (end == std::string_view::npos) break;
    offset = end;
  }
  return std::nullopt;
}

// yaml-cpp says what it expected where it gave up; who wrote the file looks for what he wrote.
Error not_understood(const Document& document, const Handler& handler, const YAML::Exception& exception) {
  const bool placed = !exception.mark.is_null() && exception.mark.pos >= 0;
  const std::size_t offset =
      std::min(placed ? static_cast<std::size_t>(exception.mark.pos) : 0, document.text.size());
  const auto begun = handler.unclosed();
  if (begun &&
      (exception.msg == YAML::ErrorMsg::END_OF_MAP_FLOW || exception.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW))
    return refused(document, *begun, "this bracket is not closed");
  // Within brackets nothing is indented.
  const auto tab = begun ? std::nullopt : tab_that_indents(document.text, offset);
  if (tab) return refused(document, *tab, "a tab; YAML indents by spaces alone");
  return refused(document, offset, exception.msg);
}

// Who mends a file wants to know of all that is wrong in it; of more than this, of the first.
constexpr std::size_t kMostTold = 20;

Done distinct(const Document& document, std::vector<Tree::Refusal> twice) {
  if (twice.empty()) return done();
  std::sort(twice.begin(), twice.end(),
            [](const Tree::Refusal& a, const Tree::Refusal& b) { return a.offset < b.offset; });
  Diagnostics wrong;
  for (std::size_t i = 0; i < std::min(twice.size(), kMostTold); ++i)
    wrong.add(refused(document, twice[i].offset, twice[i].why));
  return wrong.error(Fault::syntax);
}

// yaml-cpp takes byte 4 for the end of the text, and guesses other encodings from NULs and marks.
Done check_bytes(const Document& document) {
  const std::string& text = document.text;
  if (text.size() > kMostBytes) {
    return Error{Fault::syntax, document.name + ": longer than " + std::to_string(kMostBytes) + " bytes"};
  }
  const std::size_t bad = first_invalid(text);
  if (bad != text.size()) return refused(document, bad, "not valid UTF-8");
  if (text.rfind("\xef\xbb\xbf", 0) == 0) return refused(document, 0, "a byte order mark");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool space = byte == '\t' || byte == '\n' || byte == '\r';
    if ((byte < 0x20 && !space) || byte == 0x7f) return refused(document, i, "a control character");
  }
  return done();
}

}  // namespace

Result<Document> read_yaml(std::string name, std::string text) {
  Document document{std::move(name), std::move(text), Value{}};
  TRY(check_bytes(document));
  Handler handler(document.text);
  try {
    std::istringstream stream(document.text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const Refused& refusal) {
    return refused(document, refusal.offset, refusal.why);
  } catch (const YAML::Exception& exception) {
    return not_understood(document, handler, exception);
  }
  TRY(distinct(document, handler.twice()));
  document.root = handler.take_root();
  return document;
}

}  // namespace hardened::doc
