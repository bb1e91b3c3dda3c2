# What `cmake --install` puts beside the program: the unit, its user, and the documentation.
#
# The unit in the source tree names /usr/bin/paperround. Which prefix it really gets is known only when installing
# (`cmake --install build/release --prefix /usr`), so the paths in it are set then.
install(CODE "
  file(READ \"${CMAKE_CURRENT_LIST_DIR}/paperround.service\" unit)
  string(REPLACE \"/usr/bin/\" \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/\" unit \"\${unit}\")
  string(REPLACE \"/usr/share/doc/paperround\" \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}\" unit \"\${unit}\")
  file(WRITE \"${CMAKE_BINARY_DIR}/paperround.service\" \"\${unit}\")")
install(FILES ${CMAKE_BINARY_DIR}/paperround.service DESTINATION lib/systemd/system)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/paperround.sysusers DESTINATION lib/sysusers.d RENAME paperround.conf)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/paperround.tmpfiles DESTINATION lib/tmpfiles.d RENAME paperround.conf)
install(FILES README.md ARCHITECTURE.md LICENSE config.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md")
