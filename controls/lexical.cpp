#include "controls/lexical.h"

#include <cstddef>

namespace hardened::controls {

std::optional<std::string> clean_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  std::string clean;
  while (!path.empty()) {
    path.remove_prefix(1);  // its slash
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    if (part == "..") return std::nullopt;
    if (part.empty() || part == ".") continue;
    clean += '/';
    clean += part;
  }
  return clean.empty() ? "/" : clean;
}

bool lies_in(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  if (path.substr(0, directory.size()) != directory) return false;
  return path.size() == directory.size() || path[directory.size()] == '/';
}

}  // namespace hardened::controls
