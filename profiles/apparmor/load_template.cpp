#include "profiles/apparmor/load_template.h"

#include "profiles/apparmor/loader.h"

namespace hardened::apparmor {

Result<std::string> load_template(Host& host, const Template& source, std::string_view name,
                                  const Values& values) {
  const std::string text = TRY(render(source, name, values));
  const Done loaded = ensure_loaded(host, name, text);
  if (loaded) return std::string();
  Values older = values;
  older.installed.abi4 = false;
  const std::string without = TRY(render(source, name, older));
  if (without == text || !ensure_loaded(host, name, without)) return loaded.error();
  return std::string(name) +
         " was loaded without the rules of AppArmor 4, which deny user namespaces: " + loaded.error().what;
}

}  // namespace hardened::apparmor
