#include <array>

#include "core/base/text.h"
#include "runtime/argv.h"

namespace hardened::runtime {
namespace {

struct Word {
  std::size_t dashes = 0;
  std::string_view name;
  std::optional<std::string_view> value;  // behind `=`
};

Word split(std::string_view word) {
  const std::size_t dashes = word.substr(0, 2) == "--" ? 2 : 1;
  const std::string_view rest = word.substr(dashes);
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos) return {dashes, rest, std::nullopt};
  return {dashes, rest.substr(0, equals), rest.substr(equals + 1)};
}

Error usage(std::string_view word, std::string_view trouble) {
  return {Fault::usage, "flag " + printable(word, 60) + ": " + std::string(trouble)};
}

// Go's strconv.ParseBool, to the letter.
std::optional<bool> parse_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> no{"0", "f", "F", "FALSE", "false", "False"};
  for (std::string_view word : yes) {
    if (text == word) return true;
  }
  for (std::string_view word : no) {
    if (text == word) return false;
  }
  return std::nullopt;
}

// crun reads `-bundle` as letters: b with the value "undle". True when each letter up to one that takes
// a value is known, so that crun would accept the word too.
bool reads_as_letters(std::string_view name, const Known& known) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const Flag* flag = known.find(name.substr(i, 1));
    if (flag == nullptr) return false;
    if (flag->takes != Takes::nothing) return true;
  }
  return true;
}

// runc's next minor trims blanks of any alphabet from a word before it splits it.
bool would_be_trimmed(std::string_view word) {
  const auto last = static_cast<unsigned char>(word.back());
  return last <= 0x20 || last >= 0x7f;
}

std::optional<Error> two_readings(std::string_view text, const Word& word, const Known& known) {
  if (word.dashes == 1 && word.name.size() > 1 && reads_as_letters(word.name, known)) {
    return usage(text, "runc reads a long name here and crun single letters; write it with two dashes");
  }
  if (!word.value) return std::nullopt;
  if (would_be_trimmed(text))
    return usage(text, "ends in what some runtimes cut off; give the value as a word of its own");
  const Flag* flag = known.find(word.name);
  const bool letter = word.dashes == 1 && word.name.size() == 1;
  if (letter && flag->takes != Takes::nothing) {
    return usage(text, "crun takes the = as part of the value; write the long name");
  }
  if (flag->takes == Takes::value && word.value->empty()) {
    return usage(text, "nothing stands behind the =; leave the flag out or give it a value");
  }
  return std::nullopt;
}

// crun takes any word for --tty and calls only "false" and "no" false, runc only Go's booleans.
std::optional<Error> take_boolean(std::string_view text, const Word& word, Given& given) {
  given.value = "true";
  if (!word.value) return std::nullopt;
  const std::optional<bool> truth = parse_boolean(*word.value);
  const bool plain = *word.value == "true" || *word.value == "false";
  if (!truth || (given.flag->takes == Takes::optional && !plain)) {
    return usage(text, "takes no value but =true and =false");
  }
  given.value = *truth ? "true" : "false";
  return std::nullopt;
}

std::optional<Error> take_value(const Words& words, const Word& word, bool after_id, Taken& taken) {
  if (word.value) {
    taken.given.value = *word.value;
    return std::nullopt;
  }
  const std::string& text = words[taken.given.word];
  if (taken.next == words.size()) {
    taken.complete = false;
    return usage(text, "needs a value");
  }
  taken.given.value = words[taken.next++];
  // urfave/cli 1.22.1 (runc 1.0 and 1.1) sorts flags before arguments without knowing which take a value, and counts
  // these two among the arguments: `update web --resources -` gave --resources "web" and updated "-".
  if (taken.given.value == "--" || (after_id && taken.given.value == "-")) {
    return usage(text, "its value " + taken.given.value +
                           " is read in two ways; put the flag before the container's id");
  }
  return std::nullopt;
}

}  // namespace

bool is_flag(std::string_view word) { return word.size() > 1 && word[0] == '-' && word != "--"; }

const Flag* Known::find(std::string_view name) const {
  if (const Flag* flag = find_flag(own_, name)) return flag;
  if (const Flag* flag = find_flag(help_, name)) return flag;
  if (!persistent_) return nullptr;
  const Flag* flag = find_flag(global_flags(), name);
  return flag != nullptr && flag->persistent ? flag : nullptr;
}

Taken take_flag(const Words& words, std::size_t at, const Known& known, bool after_id) {
  Taken taken;
  taken.given.word = at;
  taken.next = at + 1;
  const Word word = split(words[at]);
  taken.given.flag = known.find(word.name);
  taken.given.joined = word.value.has_value();
  if (taken.given.flag == nullptr) {
    taken.wrong =
        usage(words[at], "not known, so what it grants cannot be judged; leave it out, or write it in full");
    return taken;
  }
  taken.wrong = taken.given.flag->takes == Takes::value ? take_value(words, word, after_id, taken)
                                                        : take_boolean(words[at], word, taken.given);
  if (!taken.wrong) taken.wrong = two_readings(words[at], word, known);
  return taken;
}

Asked asked_help(const std::vector<Given>& flags) {
  Asked asked;
  for (const Given& given : flags) {
    const Flag& flag = *given.flag;
    const bool help =
        flag.name == "help" || flag.name == "usage" || flag.name == "version" || flag.name.empty();
    if (!help) continue;
    (given.value == "true" ? asked.yes : asked.no) = true;
  }
  return asked;
}

}  // namespace hardened::runtime
