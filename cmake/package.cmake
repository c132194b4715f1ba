# What is installed below a prefix, /usr where none is named, and the Debian package that cpack makes of the same
# (scripts/package). What belongs to /etc goes there for a prefix that ends in /usr, and below the prefix otherwise.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "below which all is installed" FORCE)
endif()
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

install(TARGETS hardened-runtime hardened-hook hardenedctl RUNTIME DESTINATION sbin COMPONENT programs)
# What an administrator copies to /etc/hardened or extends.
install(FILES config/policy.yaml config/observe.yaml config/strict.yaml config/ci.yaml config/policy.schema.json
  DESTINATION share/hardened/policies COMPONENT policies)
# What he copies to where podman, or auditd, reads it. Never there by ourselves: CRI-O reads the usual hooks directories
# too, and does not start where one names a stage that it does not know.
install(FILES packaging/hooks.d/zz-hardened.json DESTINATION share/hardened/hooks.d COMPONENT files)
install(FILES packaging/audit/hardened.rules DESTINATION share/hardened/audit COMPONENT files)
install(FILES packaging/tmpfiles.d/hardened.conf DESTINATION lib/tmpfiles.d COMPONENT files)
install(CODE "string(REGEX REPLACE \"/usr$\" \"\" root \"\${CMAKE_INSTALL_PREFIX}\")
  file(INSTALL \"${PROJECT_SOURCE_DIR}/packaging/logrotate/hardened\" DESTINATION \"\${root}/etc/logrotate.d\"
    PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)" COMPONENT files)
install(FILES packaging/hardenedctl.bash DESTINATION share/bash-completion/completions RENAME hardenedctl
  COMPONENT files)

# As Debian has them: compressed, and the same bytes whenever and wherever they are made.
find_program(HARDENED_GZIP gzip REQUIRED)
function(hardened_install_compressed file name destination)
  set(made ${PROJECT_BINARY_DIR}/packaging/${name}.gz)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/packaging)
  execute_process(COMMAND ${HARDENED_GZIP} -9nc ${PROJECT_SOURCE_DIR}/${file} OUTPUT_FILE ${made}
    COMMAND_ERROR_IS_FATAL ANY)
  install(FILES ${made} DESTINATION ${destination} COMPONENT documents)
endfunction()
foreach(page hardenedctl.8 hardened-runtime.8 hardened-hook.8 hardened-policy.5)
  string(REGEX REPLACE "^.*\\." "" section ${page})
  hardened_install_compressed(docs/man/${page} ${page} share/man/man${section})
endforeach()
hardened_install_compressed(CHANGELOG.md changelog share/doc/hardened)
install(FILES README.md SECURITY.md docs/fields.md DESTINATION share/doc/hardened COMPONENT documents)
install(FILES packaging/debian/copyright DESTINATION share/doc/hardened COMPONENT documents)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hardened)
set(CPACK_PACKAGE_VENDOR hardened)
set(CPACK_PACKAGE_CONTACT "hardened maintainers <root@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Docker-compatible OCI runtime that bounds what containers may ask for")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Docker calls hardened-runtime as if it were runc. It reads what a container asks
for, narrows it to what the policy of the host allows, writes down what it
decided, hands over to the real runc, and checks that the kernel holds it.
.
hardenedctl registers it with Docker, explains its decisions and looks for ways
round them. Nothing is registered by installing the package.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
set(CPACK_STRIP_FILES TRUE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
# The programs are static: of a low-level runtime one is enough, and any engine may bring it.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "runc | crun, apparmor")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "docker.io, podman, auditd, logrotate")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${PROJECT_SOURCE_DIR}/packaging/debian/postinst
  ${PROJECT_SOURCE_DIR}/packaging/debian/prerm
  ${PROJECT_SOURCE_DIR}/packaging/debian/postrm
  ${PROJECT_SOURCE_DIR}/packaging/debian/conffiles)
include(CPack)
