#include "runtime/handoff.h"

#include <algorithm>
#include <limits>

#include "core/base/text.h"

namespace hardened::runtime {
namespace {

constexpr unsigned long long kFirst = 3;  // behind the standard streams

// systemd's LISTEN_FDS. Of two such entries programs take the first or the last: we take the larger.
unsigned long long listening(const std::vector<std::string>& environment) {
  constexpr std::string_view kVariable = "LISTEN_FDS=";
  unsigned long long most = 0;
  for (const std::string& entry : environment) {
    unsigned long long count = 0;
    if (entry.starts_with(kVariable) &&
        parse_decimal(std::string_view(entry).substr(kVariable.size()), count)) {
      most = std::max(most, count);
    }
  }
  return most;
}

}  // namespace

int first_free_descriptor(const Invocation& call, const std::vector<std::string>& environment) {
  // Too large a number is no descriptor of ours either: the kernel then refuses the file.
  constexpr unsigned long long kMost = std::numeric_limits<int>::max();
  const unsigned long long passed = std::min(listening(environment), kMost);
  return static_cast<int>(std::min(kFirst + passed + call.preserve_fds, kMost));
}

Error hand_over(Host& host, const std::string& runtime, const Invocation& call,
                const std::optional<Document>& document, const std::vector<std::string>& environment) {
  if (!document) return host.execute(runtime, call.arguments, environment);
  const int lowest = first_free_descriptor(call, environment);
  Result<int> file = host.memory_file("hardened-" + document->flag, document->bytes, lowest);
  if (!file) return std::move(file).error();
  const std::string value = "/proc/self/fd/" + std::to_string(*file);
  return host.execute(runtime, with_flag(call, document->flag, value), environment);
}

}  // namespace hardened::runtime
