#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds everything and runs every test. Installs the Debian packages that are missing.
#   tests/run.sh            AddressSanitizer + UBSan (all tests), ThreadSanitizer (tests with threads),
#                           the static aarch64 client and its tests, the netboot kit and a machine that boots from it
#   tests/run.sh --quick    development build without sanitizers, all tests but those of the aarch64 client
#   tests/run.sh --big      development build, the tests with full sizes (gigabytes, many minutes)
# Exit code 0 only when everything was built and every test passed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
export CTEST_OUTPUT_ON_FAILURE=1 LC_ALL=C.UTF-8
jobs=$(nproc)
failed=() skipped=()
started=$SECONDS

step()
{
    echo
    echo "== $1 (at $((SECONDS - started)) s)"
}

# Without these nothing that follows makes sense.
must()
{
    "$@" && return
    local code=$?
    echo "FAILED: $*" >&2
    exit "$code"
}

check()
{
    "$@" || failed+=("$*")
}

# What this machine cannot do (77) is said and skipped; the step itself allows no skipping in CI.
check_or_skip()
{
    local code=0
    "$@" || code=$?
    case $code in
    0) ;;
    77) skipped+=("$*") ;;
    *) failed+=("$*") ;;
    esac
}

configure_and_build()
{
    local preset=$1
    shift
    must cmake --preset "$preset" --log-level=WARNING
    must cmake --build --preset "$preset" -j "$jobs" "$@"
}

finish()
{
    step "done"
    if [ ${#failed[@]} -gt 0 ]; then
        printf 'FAILED: %s\n' "${failed[@]}"
        exit 1
    fi
    [ ${#skipped[@]} -eq 0 ] || printf 'skipped: %s\n' "${skipped[@]}"
    echo "everything passed"
    exit 0
}

case ${1:-} in
"" | --quick | --big) ;;
*)
    echo "usage: tests/run.sh [--quick | --big]" >&2
    exit 2
    ;;
esac

step "packages"
if [ -n "${1:-}" ]; then
    must installer/packages.sh build run test
    step "development build"
    configure_and_build dev
    step "tests"
    if [ "$1" = --big ]; then
        check ctest --preset dev -L big --no-tests=error
    else
        check ctest --preset dev -LE 'aarch64|big' -j "$jobs"
    fi
    finish
fi
must installer/packages.sh build run test client

step "AddressSanitizer and UndefinedBehaviorSanitizer: build"
configure_and_build asan
step "AddressSanitizer and UndefinedBehaviorSanitizer: tests"
check ctest --preset asan -LE aarch64 -j "$jobs"

step "ThreadSanitizer: build"
configure_and_build tsan --target tsan_tests
step "ThreadSanitizer: tests"
check ctest --preset tsan -L tsan -j "$jobs"

step "client for aarch64: QtCore and libraries"
must installer/netboot/build-qtcore.sh
step "client for aarch64: build"
configure_and_build client-aarch64
step "client for aarch64: tests"
check ctest --preset asan -L aarch64 --no-tests=error -j "$jobs"

step "netboot: the kit, and a machine that boots from it"
check_or_skip env PS_STATION="$PWD/build/asan/app/provisioning-station" tests/netboot/run.sh
finish
