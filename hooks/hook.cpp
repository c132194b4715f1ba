#include "hooks/hook.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>
#include <string_view>

#include "core/base/failure.h"
#include "core/base/files_write.h"
#include "core/doc/cursor.h"
#include "core/doc/json.h"
#include "hooks/precreate.h"
#include "runtime/invocation.h"
#include "runtime/kept.h"
#include "runtime/log_line.h"
#include "runtime/verify.h"

namespace hardened::hooks {
namespace {

using runtime::Verification;

constexpr int kFailed = 1;
constexpr int kStandardInput = 0;
constexpr std::size_t kMostState = std::size_t{1} << 20U;  // its annotations are the request's

struct State {
  std::string id;
  std::uint32_t process = 0;  // 0: it has none
};

Result<State> read_state(Host& host) {
  std::string text = TRY(host.drain(kStandardInput, kMostState));
  const doc::Document document = TRY(doc::read_json("the container's state", std::move(text)));
  const doc::Cursor cursor(document, document.root);
  const doc::Cursor id = TRY(cursor.need("id"));
  State state;
  state.id = std::string(TRY(id.text()));
  if (!runtime::valid_id(state.id)) return id.error("no container has such an id");
  if (const auto process = cursor.find("pid")) {
    const std::uint64_t number = TRY(process->unsigned_integer());
    if (number > std::numeric_limits<std::uint32_t>::max())
      return process->error("no process has that number");
    state.process = static_cast<std::uint32_t>(number);
  }
  return state;
}

// The record itself could not be read, so that nothing says what was granted: the runtime's word for the process
// has to do. It waits for us, and the process is its child.
bool end_process(Host& host, std::uint32_t process) {
  const auto held = process == 0 ? Result<std::unique_ptr<HeldProcess>>(Error{}) : host.hold(process);
  return held && (*held)->kill().ok();
}

int say(Host& host, std::string_view message) {
  runtime::report(host, {}, message);
  return kFailed;
}

int poststart(Host& host, const std::string& root, const State& state) {
  Verification seen = runtime::verify(host, root, state.id, runtime::OnUnreadable::end);
  Done watched = runtime::watch(host, seen, "poststart");
  if (!watched) {
    seen.outcome = Verification::Outcome::unreadable;
    seen.why = std::move(watched).error();
  }
  const bool unreadable = seen.outcome == Verification::Outcome::unreadable;
  if (!unreadable && seen.outcome != Verification::Outcome::above) return 0;
  if (!seen.ended) seen.ended = end_process(host, state.process);
  runtime::record(host, seen, "poststart");
  return say(host, runtime::told(seen));
}

int poststop(Host& host, const std::string& root, const State& state) {
  const Done forgotten = runtime::forget(host, root, state.id);
  return forgotten ? 0 : say(host, forgotten.error().what);
}

struct Moment {
  std::string_view word;
  int (*serve)(Host& host, const std::string& root, const State& state);
};
constexpr std::array kMoments{Moment{"poststart", poststart}, Moment{"poststop", poststop}};

}  // namespace

Print standard_output() {
  return [](std::string_view text) -> Done {
    if (files::write_all(STDOUT_FILENO, text)) return done();
    return failure("cannot write to", "standard output", errno);
  };
}

int run(Host& host, const Print& print, const std::vector<std::string>& argv) {
  if (argv.size() > 1 && argv[1] == "precreate")
    return precreate(host, print, {argv.begin() + 2, argv.end()});
  constexpr std::size_t kWords = 3;
  const auto* const moment = argv.size() == kWords
                                 ? std::find_if(kMoments.begin(), kMoments.end(),
                                                [&](const Moment& one) { return one.word == argv[1]; })
                                 : kMoments.end();
  if (moment == kMoments.end()) {
    return say(
        host,
        "hardened-hook is called by a container runtime, as hardened-hook poststart | poststop ROOT, and by "
        "podman, as hardened-hook precreate [--policy FILE]");
  }
  const auto state = read_state(host);
  if (!state) return say(host, state.error().what);
  return moment->serve(host, argv[2], *state);
}

}  // namespace hardened::hooks
