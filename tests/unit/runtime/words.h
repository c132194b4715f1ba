// A command line for tests: words between blanks; {} is an empty word.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace hardened::test {

inline std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> all;
  while (!line.empty()) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    std::string word(line.substr(0, blank));
    line.remove_prefix(std::min(blank + 1, line.size()));
    if (word.empty()) continue;
    if (const std::size_t hole = word.find("{}"); hole != std::string::npos) word.erase(hole, 2);
    all.push_back(std::move(word));
  }
  return all;
}

}  // namespace hardened::test
