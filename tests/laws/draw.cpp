#include "draw.h"

#include <algorithm>
#include <limits>
#include <sstream>
#include <string_view>

#include "rapidcheck.h"

namespace hardened::laws {
namespace {

std::string blank() {
  static const std::vector<std::string> blanks{"", "", "", " ", "\n  ", "\t", "\r\n"};
  return one_of(blanks);
}

// Blanks after each structural character outside of strings: never inside of a token.
std::string spaced(const std::string& json) {
  std::string out;
  bool quoted = false;
  bool escaped = false;
  for (const char c : json) {
    out += c;
    if (escaped) {
      escaped = false;
    } else if (quoted && c == '\\') {
      escaped = true;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && std::string_view("{}[],:").find(c) != std::string_view::npos) {
      out += blank();
    }
  }
  return out;
}

}  // namespace

std::uint64_t number(std::uint64_t lowest, std::uint64_t highest) {
  // Without resize the first draws of a property would hardly leave `lowest`.
  if (highest - lowest == std::numeric_limits<std::uint64_t>::max()) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>());
  }
  return lowest +
         *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint64_t>(0, highest - lowest + 1));
}

bool coin() { return number(0, 1) == 1; }

std::string dressed(const std::string& object) {
  static const std::vector<std::string> before{"", R"("x-before":"a\u003cb\u0026\/c",)",
                                               R"("x-before":[1.50e3,-0],)"};
  static const std::vector<std::string> after{"", R"("x-after":18446744073709551615)",
                                              R"("x-after":{"y":null})"};
  std::string inside = object.substr(1, object.size() - 2);
  std::string last = one_of(after);
  if (!last.empty() && !inside.empty()) last.insert(0, ",");
  std::string first = one_of(before);
  if (inside.empty() && last.empty() && !first.empty()) first.pop_back();
  return blank() + spaced("{" + first + inside + last + "}");
}

void note(const std::string& what) { RC_LOG() << what << "\n"; }

void require(bool holds, const std::string& otherwise) {
  if (!holds) RC_FAIL(otherwise);
}

std::string violation(const std::function<void()>& property) {
  // RC_PARAMS="max_success=5000" asks for more; rapidcheck's own 100 miss what one draw in fifty shows.
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::max(params.maxSuccess, 300);
  const rc::detail::TestResult result =
      rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
  if (result.is<rc::detail::SuccessResult>()) return "";
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  return text.str();
}

}  // namespace hardened::laws
