# Warnings are errors under g++ 12 and clang 14; programs are linked as a program of root's should be.
add_library(hardened_flags INTERFACE)
target_include_directories(hardened_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(hardened_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wnull-dereference
  -Wimplicit-fallthrough -Wunused
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
  -ffunction-sections -fdata-sections -fno-plt)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Two warnings of g++ 12 that are wrong about libstdc++ itself: bugs 80635 (variant) and 105651 (string +).
  target_compile_options(hardened_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wlogical-op -Wduplicated-cond)
else()
  # __COUNTER__ and statement expressions stand in TRY alone, behind __extension__.
  target_compile_options(hardened_flags INTERFACE -Wno-gnu-statement-expression)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(hardened_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
target_compile_definitions(hardened_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(hardened_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack,--gc-sections)
if(HARDENED_SANITIZE)
  target_compile_options(hardened_flags INTERFACE
    -fsanitize=${HARDENED_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(hardened_flags INTERFACE -fsanitize=${HARDENED_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # RapidJSON adds an offset to a null pointer on its first push: not ours, known, harmless.
    target_compile_options(hardened_flags INTERFACE
      -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/cmake/sanitizer-ignore.txt)
  endif()
endif()
