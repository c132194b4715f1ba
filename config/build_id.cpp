#include "config/build_id.h"  // generated: a digest of the sources of this room and those above it

#include "config/compiled.h"

namespace hardened::config {

std::string_view build_id() { return generated::kBuildId; }

}  // namespace hardened::config
