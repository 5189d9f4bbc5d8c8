# What `cmake --install` installs, and what `find_package(MLA)` finds, in the build tree and in the install tree: the runtime
# as MLA::runtime, the compiler's C library as MLA::compiler, and the tools as MLA::mla-compile and so on.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set_target_properties(mla_runtime PROPERTIES
  EXPORT_NAME runtime
  INTERFACE_INCLUDE_DIRECTORIES
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/runtime/include>;$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
set_target_properties(MLACompiler PROPERTIES
  EXPORT_NAME compiler
  INTERFACE_INCLUDE_DIRECTORIES
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib/CAPI/include>;$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
install(TARGETS MLACompiler mla_runtime mla-compile mla-opt mla-run mla-tune EXPORT MLATargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runtime/include/mla ${PROJECT_SOURCE_DIR}/lib/CAPI/include/mla
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(folder ${CMAKE_INSTALL_LIBDIR}/cmake/MLA)
install(EXPORT MLATargets NAMESPACE MLA:: DESTINATION ${folder})
export(EXPORT MLATargets NAMESPACE MLA:: FILE ${PROJECT_BINARY_DIR}/MLATargets.cmake)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/MLAConfig.cmake.in ${PROJECT_BINARY_DIR}/MLAConfig.cmake
  INSTALL_DESTINATION ${folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/MLAConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/MLAConfig.cmake ${PROJECT_BINARY_DIR}/MLAConfigVersion.cmake DESTINATION ${folder})
