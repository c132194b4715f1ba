// A command line, its words between newlines or NULs. Nothing that runc or crun would act on is handed on unread, nor
// read differently from them (tests/support/readers.h are five small parsers of their own); what becomes of exec's
// and update's flags is a document.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/doc/json.h"
#include "runtime/exec_flags.h"
#include "runtime/update_flags.h"
#include "tests/fuzz/require.h"
#include "tests/support/readers_judge.h"

namespace {

using hardened::fuzz::require;
using hardened::runtime::Class;
using hardened::runtime::Invocation;

std::vector<std::string> words_of(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == 0 || data[i] == '\n') {
      words.emplace_back();
    } else {
      words.back().push_back(static_cast<char>(data[i]));
    }
  }
  return words;
}

void documents_are_documents(const Invocation& call) {
  if (call.what == Class::resources && !call.resources) {
    const auto text = hardened::runtime::resources_of_flags(call);
    if (text)
      require(hardened::doc::read_json("resources", *text).ok() || call.flags.size() > 0,
              "resources are JSON", *text);
  }
  if (call.what == Class::process && !call.process) {
    const auto recorded = hardened::doc::read_json("process", R"({"user":{"uid":0},"env":["A=1"]})");
    const auto text = hardened::runtime::process_of_flags(call, recorded->root);
    if (!text) return;
    const auto again = hardened::doc::read_json("process", *text);  // refused where a word was no UTF-8
    if (again) require(again->root.find("args") != nullptr, "a process has a command", *text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> argv = words_of(data, size);
  const std::string wrong = hardened::test::readers::judge(argv);
  require(wrong.empty(), "all read the same", wrong);
  const auto call = hardened::runtime::parse_invocation(argv);
  if (!call) return 0;
  require(call->arguments.size() <= argv.size(), "nothing is added to the arguments");
  require(call->what == Class::none || call->call_word < call->arguments.size(), "a call has its place");
  for (const auto& given : call->flags) require(given.word < call->arguments.size(), "a flag has its place");
  documents_are_documents(*call);
  return 0;
}
