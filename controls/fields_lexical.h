// What the names, texts and numbers of a specification look like, whichever field they stand in.
#pragma once

#include <string>
#include <string_view>

namespace hardened::controls {

// The key as Go's encoding/json compares it: without regard to ASCII case, and with the two letters
// outside of ASCII that Unicode folds to one inside (U+017F to s, U+212A to k).
[[nodiscard]] std::string folded(std::string_view key);

// Printable ASCII, as the name of every field of the specification is. A control character is no better
// than a letter from elsewhere: to a reader in C a name ends at its first NUL ("seccomp\u0000x" is "seccomp").
[[nodiscard]] bool is_plain(std::string_view name);

// Every number of the specification is an integer of at most 64 bits. Go's decoder takes no other for one;
// others would round it.
[[nodiscard]] bool is_integer(const std::string& lexeme);

// A text of the specification ends up in a system call or a file of the kernel's, which end it there; so does
// a reader in C, while Go's keeps what follows.
[[nodiscard]] bool has_nul(std::string_view text);

}  // namespace hardened::controls
