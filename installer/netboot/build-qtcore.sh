#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes what the fully static aarch64 client is built with, once, and keeps it in the user's cache:
#   qtcore   QtCore as static library for aarch64, from Debian's own qt6-base source of the installed version
#   sysroot  Debian's arm64 static libraries and headers (libcrypto, libzstd, libext2fs, libcom_err, libblkid)
# Prints the folder that holds both as its last line; aarch64-toolchain.cmake expects them there.
#   installer/netboot/build-qtcore.sh [--print-only]     --print-only: say where, make nothing
# Needs no root. About 5 minutes on two cores at first, a second when cached.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib/private-apt.sh"

recipe=1 # counts up when the way of building changes
sysroot_packages="libssl-dev libzstd-dev libext2fs-dev comerr-dev libblkid-dev uuid-dev"
# What a console program with JSON, files and no threads pool of ours needs of QtCore is little: all else is off.
off_features="gui widgets network sql xml dbus testlib concurrent printsupport opengl icu glib zstd libudev
    journald syslog slog2 backtrace system_pcre2 system_zlib system_doubleconversion system_libb2
    precompile_header"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/provisioning-station
qt_version=$(dpkg-query -W -f '${source:Version}' qt6-base-dev)
gcc_version=$(aarch64-linux-gnu-g++ -dumpfullversion)
# The sysroot's packages are of the same versions as the build machine's, as long as both are up to date.
libraries=$(dpkg-query -W -f '${Package}=${Version} ' libssl-dev libzstd-dev libext2fs-dev libblkid-dev 2> /dev/null) || true
flags=$(printf '%s' "$recipe $sysroot_packages $off_features $libraries" | tr -s ' \n' ' ' | sha256sum | cut -c1-12)
key=$(printf '%s' "qt$qt_version-gcc$gcc_version-$flags" | tr -c 'A-Za-z0-9.-' _)
root=$cache/aarch64-$key
archive=$cache/aarch64-$key.tar.zst

say()
{
    echo "build-qtcore: $*"
}

# The host tools (moc, rcc) and their CMake packages must be of the same version as the library.
host_cmake_dir()
{
    echo "/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/cmake"
}

fetch_sysroot()
{
    say "fetching Debian's static arm64 libraries: $sysroot_packages"
    mkdir -p "$work/debs" "$work/out/sysroot"
    (
        cd "$work/debs"
        # shellcheck disable=SC2046 # a list of names
        private_apt apt-get -q download $(printf '%s:arm64 ' $sysroot_packages)
    )
    for package in "$work"/debs/*.deb; do
        dpkg-deb -x "$package" "$work/out/sysroot"
    done
    rm -rf "$work/out/sysroot/usr/share" "$work"/out/sysroot/usr/lib/*/*.so
}

fetch_qt_source()
{
    say "fetching Debian's source of qt6-base $qt_version"
    mkdir -p "$work/source"
    (
        cd "$work/source"
        private_apt apt-get -q source "qt6-base=$qt_version" > "$work/source.log" 2>&1
    ) || { tail -20 "$work/source.log" >&2; return 1; }
    mv "$work"/source/qt6-base-*/ "$work/qtbase"
}

build_qtcore()
{
    say "building QtCore $qt_version for aarch64 (some minutes; log: $work/build.log)"
    features=
    for feature in $off_features; do
        features="$features -DFEATURE_$feature=OFF"
    done
    launcher=
    if command -v ccache > /dev/null; then
        export CCACHE_BASEDIR="$work" CCACHE_NOHASHDIR=1
        launcher="-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache"
    fi
    # shellcheck disable=SC2086 # lists of options
    cmake -S "$work/qtbase" -B "$work/build" -G Ninja \
        -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64 \
        -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++ \
        -DCMAKE_FIND_ROOT_PATH=/usr/aarch64-linux-gnu \
        -DCMAKE_FIND_ROOT_PATH_MODE_PROGRAM=NEVER -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY \
        -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY -DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY \
        -DQT_HOST_PATH=/usr -DQT_HOST_PATH_CMAKE_DIR="$(host_cmake_dir)" \
        -DCMAKE_BUILD_TYPE=MinSizeRel -DBUILD_SHARED_LIBS=OFF -DCMAKE_INSTALL_PREFIX=/qtcore \
        -DQT_BUILD_TESTS=OFF -DQT_BUILD_EXAMPLES=OFF -DQT_BUILD_TOOLS_WHEN_CROSSCOMPILING=OFF \
        -DINPUT_pkg_config=no $features $launcher > "$work/build.log" 2>&1 &&
        cmake --build "$work/build" >> "$work/build.log" 2>&1 &&
        DESTDIR=$work/stage cmake --install "$work/build" >> "$work/build.log" 2>&1 ||
        { tail -40 "$work/build.log" >&2; return 1; }
    mv "$work/stage/qtcore" "$work/out/qtcore"
}

make_all()
{
    work=$(mktemp -d "${TMPDIR:-/tmp}/qtcore.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 143' TERM INT HUP # a shell that a signal ends does nothing more
    private_apt_setup "$cache/apt"
    fetch_sysroot
    fetch_qt_source
    build_qtcore
    tar -C "$work/out" -c --sort=name --owner=0 --group=0 . | zstd -q -10 -T0 -f -o "$archive.part"
    mv "$archive.part" "$archive"
    say "kept as $archive ($(du -h "$archive" | cut -f1))"
}

# The folder appears under its name only when it is whole.
unpack()
{
    rm -rf "$root.part"
    mkdir -p "$root.part"
    zstd -q -dc "$archive" | tar -C "$root.part" -x
    rm -rf "$root"
    mv "$root.part" "$root"
}

if [ "${1:-}" != --print-only ] && [ ! -d "$root" ]; then
    mkdir -p "$cache"
    [ -f "$archive" ] || make_all
    unpack
fi
echo "$root"
