# A room of the house: all .cpp files below its folder (main.cpp files are programs), as one library.
function(hardened_room room)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${room}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources)
    set(sources ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)
  endif()
  add_library(hardened_${room} STATIC ${sources})
  target_link_libraries(hardened_${room} PUBLIC hardened_flags ${ARGN})
endfunction()

function(hardened_program name main)
  add_executable(${name} ${PROJECT_SOURCE_DIR}/${main})
  target_link_libraries(${name} PRIVATE ${ARGN})
  if(HARDENED_STATIC AND NOT HARDENED_SANITIZE)
    # Packed, 5,000 relocations take 1 KB instead of 120 to be read at each start.
    target_link_options(${name} PRIVATE -static-pie -Wl,-z,pack-relative-relocs)
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
endfunction()

# yaml-cpp opens std::cin, cout and cerr before main, which costs each call of the program 0.05 ms; neither it
# nor we use them, and string streams do without. Should an object need more of them, the two definitions
# clash and the link fails.
function(hardened_without_streams name)
  if(HARDENED_STATIC AND NOT HARDENED_SANITIZE)
    target_link_options(${name} PRIVATE
      -Wl,--defsym=_ZNSt8ios_base4InitC1Ev=hardened_no_streams
      -Wl,--defsym=_ZNSt8ios_base4InitD1Ev=hardened_no_streams)
  endif()
endfunction()

# Files of the tree as constants of the program: `hardened::embedded::policy_yaml` is a
# std::string_view of config/policy.yaml. The generated header is <build>/generated/<room>/embedded.h.
function(hardened_embed room)
  set(header ${PROJECT_BINARY_DIR}/generated/${room}/embedded.h)
  set(inputs)
  foreach(file IN LISTS ARGN)
    list(APPEND inputs ${PROJECT_SOURCE_DIR}/${file})
  endforeach()
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DHEADER=${header} "-DINPUTS=${inputs}"
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(hardened_${room} PRIVATE ${header})
  target_include_directories(hardened_${room} PUBLIC ${PROJECT_BINARY_DIR}/generated)
endfunction()

# The digest of all sources in the rooms given, as <build>/generated/<room>/build_id.h.
function(hardened_build_id room)
  set(header ${PROJECT_BINARY_DIR}/generated/${room}/build_id.h)
  set(inputs)
  foreach(folder IN LISTS ARGN)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/${folder}/*.cpp ${PROJECT_SOURCE_DIR}/${folder}/*.h
         ${PROJECT_SOURCE_DIR}/${folder}/*.yaml ${PROJECT_SOURCE_DIR}/${folder}/*.json
         ${PROJECT_SOURCE_DIR}/${folder}/*.in)
    list(APPEND inputs ${found})
  endforeach()
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DHEADER=${header} -DROOT=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
            "-DFOLDERS=${ARGN}" -P ${PROJECT_SOURCE_DIR}/cmake/build_id.cmake
    DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/cmake/build_id.cmake
    VERBATIM)
  target_sources(hardened_${room} PRIVATE ${header})
endfunction()
