#include "ctl/bane.h"

#include <algorithm>

#include "controls/capabilities.h"

namespace hardened::ctl {
namespace {

std::string lower(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string capabilities(Flags set) {
  if (set == controls::kAllCapabilities) return "  capability,\n";
  std::string out;
  for (unsigned number = 0; number < kCapabilityNames.size(); ++number) {
    if (set.has(number)) out += "  capability " + lower(capability_name(number).substr(4)) + ",\n";
  }
  return out;
}

std::string of_the_internet(std::string_view type) {
  return "  network inet " + std::string(type) + ",\n  network inet6 " + std::string(type) + ",\n";
}

// Packet sockets are of no protocol of the internet's: Packet says whether they are denied.
std::string network(const Bane& bane) {
  std::string out;
  if (bane.some_protocols) {
    out += "  network unix,\n  network netlink,\n  network packet,\n";
    if (bane.tcp) out += of_the_internet("stream");
    if (bane.udp) out += of_the_internet("dgram");
    if (bane.icmp) out += of_the_internet("raw");
  } else {
    out += "  network,\n";
  }
  if (!bane.raw) out += "  deny network raw,\n";
  if (!bane.packet) out += "  deny network packet,\n";
  return out;
}

void add(std::string& out, const std::vector<Bane::Path>& paths, std::string_view before,
         std::string_view rights) {
  for (const Bane::Path& path : paths) {
    out += "  " + std::string(before) + "\"" + path.pattern + "\" " + std::string(rights) + ",\n";
  }
}

std::string files(const Bane& bane) {
  std::string out;
  add(out, bane.read_only, "deny ", "wl");
  add(out, bane.logged, "audit ", "w");
  add(out, bane.writable, "", "w");
  add(out, bane.executable, "", "ix");
  add(out, bane.forbidden, "deny ", "mrwklx");
  return out;
}

// A line of the rendered template gives way to others.
Done replace_line(std::string& text, std::string_view line, const std::string& with) {
  const std::size_t at = text.find("\n" + std::string(line) + "\n");
  if (at == std::string::npos)
    return Error{Fault::internal, "the template has no line '" + std::string(line) + "'"};
  text.replace(at + 1, line.size() + 1, with);
  return done();
}

// Does every path below a pattern that ends in /** begin so? Only for what is plain in both is that told.
bool covers(std::string_view pattern, std::string_view path) {
  constexpr std::string_view kAllBelow = "/**";
  constexpr std::string_view kSpecial = "*?[]{}^";
  if (pattern == path) return true;
  if (!pattern.ends_with(kAllBelow)) return false;
  const std::string_view above = pattern.substr(0, pattern.size() - kAllBelow.size() + 1);
  return above.find_first_of(kSpecial) == std::string_view::npos && path.starts_with(above) && path != above;
}

void remark(const std::vector<Bane::Path>& denied, std::string_view key,
            const std::vector<Bane::Path>& allowed, std::string_view what, std::vector<std::string>& out) {
  for (const Bane::Path& path : allowed) {
    const auto over = std::find_if(denied.begin(), denied.end(),
                                   [&](const Bane::Path& one) { return covers(one.pattern, path.pattern); });
    if (over == denied.end()) continue;
    out.push_back(path.where + ": " + path.pattern + " is not " + std::string(what) + ": " + over->pattern +
                  " of " + std::string(key) + " covers it, and what is denied cannot be allowed again");
  }
}

}  // namespace

std::vector<std::string> remarks_on(const Bane& bane) {
  std::vector<std::string> out;
  remark(bane.read_only, "ReadOnlyPaths", bane.writable, "writable", out);
  remark(bane.forbidden, "DenyExec", bane.writable, "writable", out);
  remark(bane.forbidden, "DenyExec", bane.executable, "executable", out);
  if (bane.icmp && !bane.raw) {
    out.emplace_back(
        "icmp needs raw sockets, which Network.Raw denies; ping works by sockets for it alone where "
        "net.ipv4.ping_group_range allows them");
  }
  return out;
}

Result<std::string> profile_of(const Bane& bane, const apparmor::Values& values) {
  const apparmor::Template* source = apparmor::find_template("docker-default");
  if (source == nullptr) return Error{Fault::internal, "there is no docker-default"};
  std::string text = TRY(apparmor::render_as(*source, bane.name, values));
  TRY(replace_line(text, "  capability,", capabilities(bane.capabilities)));
  TRY(replace_line(text, "  network,", network(bane)));
  TRY(replace_line(text, "}", files(bane) + "}\n"));
  return text;
}

}  // namespace hardened::ctl
