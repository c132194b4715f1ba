#include "ctl/seccomp_profiles.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "controls/capabilities.h"
#include "controls/capability_set.h"
#include "controls/seccomp.h"
#include "controls/seccomp_ceiling.h"
#include "core/base/text.h"
#include "core/doc/json.h"
#include "core/doc/yaml.h"

namespace hardened::ctl {
namespace {

using Shipped = controls::Seccomp::Shipped;

// A list as a policy writes it, with or without its brackets: so its errors point into what was typed.
Result<Flags> bounding_of(const Arguments& arguments) {
  const std::optional<std::string> written = arguments.value(kBounding);
  if (!written) return controls::kDockerDefaultCapabilities;
  const bool bare = !written->starts_with('[');
  doc::Diagnostics wrong;
  const doc::Document list =
      TRY(doc::read_yaml(std::string(kBounding.name), bare ? "[" + *written + "]" : *written));
  const Flags set = controls::parse_capabilities(doc::Cursor(list, list.root), wrong);
  if (wrong.any()) return wrong.error(Fault::usage);
  return set;
}

std::optional<seccomp::Architecture> architecture(std::string_view written) {
  if (const auto named = seccomp::architecture_named(written)) return named;
  for (unsigned i = 0; i <= static_cast<unsigned>(seccomp::Architecture::loongarch64); ++i) {
    if (seccomp::short_name(static_cast<seccomp::Architecture>(i)) == written)
      return static_cast<seccomp::Architecture>(i);
  }
  return seccomp::architecture_of_machine(written);
}

Error usage(const Option& option, std::string_view written, std::string_view expected) {
  return {Fault::usage, std::string(option.name) + " " + printable(written) + ": " + std::string(expected)};
}

Result<seccomp::Profile> shipped(std::string_view named, const Circumstances& there) {
  if (named == "unconfined") return seccomp::Profile::unconfined();
  const Shipped which = named == "strict" ? Shipped::strict : Shipped::standard;
  seccomp::Profile profile =
      seccomp::resolve(controls::shipped_profile(which), there.bounding, there.machine);
  if (named == "native") profile.foreign.clear();
  return profile;
}

}  // namespace

Result<Circumstances> circumstances(const Context& context, const Arguments& arguments) {
  Circumstances there;
  there.bounding = TRY(bounding_of(arguments));
  Kernel kernel = context.host.kernel();
  if (const auto written = arguments.value(kKernel)) kernel.release = *written;
  const auto version = seccomp::kernel_version(kernel.release);
  if (!version) return usage(kKernel, kernel.release, "a version is two numbers, as 6.1");
  const std::string machine = arguments.value(kArch).value_or(kernel.machine);
  const auto found = architecture(machine);
  if (!found)
    return usage(kArch, machine, "no such architecture is known, it is named as amd64 or SCMP_ARCH_X86_64");
  there.machine = {*found, *version};
  return there;
}

bool is_shipped_profile(std::string_view named) {
  return std::find(kShippedProfiles.begin(), kShippedProfiles.end(), named) != kShippedProfiles.end();
}

Result<doc::Document> profile_document(Host& host, const std::string& path) {
  auto file = host.read(path, kLargestProfile, Links::follow);
  if (file) return doc::read_json(path, std::move(file->bytes));
  Error error = std::move(file).error();
  const std::string_view near = nearest(path, kShippedProfiles);
  if (error.fault == Fault::absent && !near.empty())
    error.what += "; did you mean " + std::string(near) + "?";
  return error;
}

const doc::Value* profile_in(const doc::Document& document) {
  const bool bundle = document.root.find("ociVersion") != nullptr || document.root.find("linux") != nullptr;
  const doc::Value* found = bundle ? doc::resolve(document.root, "/linux/seccomp") : &document.root;
  return found == nullptr || found->is(doc::Kind::null) ? nullptr : found;
}

Result<seccomp::Profile> named_profile(Host& host, const std::string& named, const Circumstances& there) {
  if (is_shipped_profile(named)) return shipped(named, there);
  const doc::Document document = TRY(profile_document(host, named));
  const doc::Value* section = profile_in(document);
  if (section == nullptr) return seccomp::Profile::unconfined();
  const seccomp::DockerProfile file = TRY(seccomp::parse_docker(doc::Cursor(document, *section)));
  if (!file.confined) return seccomp::Profile::unconfined();
  return seccomp::resolve(file, there.bounding, there.machine);
}

}  // namespace hardened::ctl
