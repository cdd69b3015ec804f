# SPDX-License-Identifier: GPL-3.0-or-later
# Cross build of the fully static client for aarch64 with Debian's cross compiler, the QtCore and the arm64
# libraries that build-qtcore.sh keeps in the user's cache. Needs CMake 3.25 (Debian 12).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
# binfmt_misc may not be mounted: the emulator is named.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)

# Where the parts are is asked once per build folder, and of nobody while CMake tries the compiler.
if(NOT PS_AARCH64_PARTS)
    execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/build-qtcore.sh --print-only
        OUTPUT_VARIABLE PS_AARCH64_PARTS OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
if(NOT IS_DIRECTORY ${PS_AARCH64_PARTS}/qtcore)
    message(FATAL_ERROR "Run installer/netboot/build-qtcore.sh first: ${PS_AARCH64_PARTS} is not there.")
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PS_AARCH64_PARTS)

set(PS_AARCH64_SYSROOT ${PS_AARCH64_PARTS}/sysroot)
set(CMAKE_FIND_ROOT_PATH
    ${PS_AARCH64_PARTS}/qtcore ${PS_AARCH64_SYSROOT} ${PS_AARCH64_SYSROOT}/usr /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)

# Qt's own tools (moc) are the build machine's.
set(QT_HOST_PATH /usr CACHE PATH "")
execute_process(COMMAND dpkg-architecture -qDEB_BUILD_MULTIARCH
    OUTPUT_VARIABLE build_multiarch OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(QT_HOST_PATH_CMAKE_DIR /usr/lib/${build_multiarch}/cmake CACHE PATH "")

# Static libraries name what they need themselves in the .private lines of their .pc files.
set(PKG_CONFIG_EXECUTABLE /usr/bin/pkg-config CACHE FILEPATH "")
set(PKG_CONFIG_ARGN --static CACHE STRING "")
set(ENV{PKG_CONFIG_LIBDIR} ${PS_AARCH64_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${PS_AARCH64_SYSROOT})

# Boost is headers only and the same for every machine, but /usr/include as a whole is the build machine's.
set(boost_only ${CMAKE_BINARY_DIR}/boost-headers)
file(MAKE_DIRECTORY ${boost_only})
if(NOT EXISTS ${boost_only}/boost)
    file(CREATE_LINK /usr/include/boost ${boost_only}/boost SYMBOLIC)
endif()
set(Boost_INCLUDE_DIR ${boost_only} CACHE PATH "")
set(Boost_NO_BOOST_CMAKE ON)
# Debian keeps headers that differ between machines (openssl/opensslconf.h) in a folder per machine.
set(CMAKE_C_FLAGS_INIT "-isystem ${PS_AARCH64_SYSROOT}/usr/include/aarch64-linux-gnu")
set(CMAKE_CXX_FLAGS_INIT "${CMAKE_C_FLAGS_INIT}")
