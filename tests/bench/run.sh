#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Measures in one run and prints a table.
#   tests/bench/run.sh [--size MIB] [--rounds N] [--imports] [--folder DIR]
#       over loopback: the station against nginx, a deploy against curl | dd, imports against zstd -3 -T2 (with
#       --imports: these alone)
#   tests/bench/run.sh --lan [--size MIB] [--files MIB] [--folder DIR]
#       over shaped gigabit links in network namespaces (needs root): deploy, verify and backup against bmaptool,
#       curl | dd, zstd and partclone, with the limit of the link or the disk beside each
#   tests/bench/run.sh --fair [--devices N] [--size MIB] [--folder DIR]
#       48 devices at once over one such link (needs root): do they share it evenly, also when one stalls
#   tests/bench/run.sh --machine
#       the client's peak memory on an emulated aarch64 machine that boots from the netboot kit (needs root); exit
#       code 77 where its packages or the kit are not to be had
#   tests/bench/run.sh --ui
#       how long each command holds up the window, with 64 devices, 100 000 jobs and 1000 messages; exit code 1 where one
#       takes more than 50 ms
#   tests/bench/run.sh --all [--folder DIR]
#       all of these with their default sizes, and a table of all goals (needs root, 28 GB and an hour); exit code 0
#       only when every goal was met
# Builds the release preset's two programs first, unless PS_STATION and PS_CLIENT name built ones.
# Needs about five times the image's size (2 GiB by default; --lan: 8 GiB, of which files take a third) in DIR
# (default: the temporary folder).
set -euo pipefail
skip()
{
    echo "skipped: $1" >&2
    exit 77
}

root=$(cd "$(dirname "$0")/../.." && pwd)

if [ "${1:-}" = --ui ]; then
    cd "$root"
    # The preset leaves out what lies in tests/.
    cmake --preset release -DBUILD_TESTING=ON --log-level=WARNING > /dev/null
    cmake --build --preset release --target ui_bench >&2
    exec env QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}" build/release/tests/bench/ui_bench --limit 50
fi

if [ -z "${PS_STATION:-}" ] || [ -z "${PS_CLIENT:-}" ]; then
    cd "$root"
    installer/packages.sh build run test bench
    cmake --preset release --log-level=WARNING > /dev/null
    cmake --build --preset release --target provisioning-station provisioning-client >&2
    cd - > /dev/null
    export PS_STATION=$root/build/release/app/provisioning-station
    export PS_CLIENT=$root/build/release/netclient/provisioning-client
fi
if [ "${1:-}" = --machine ]; then
    if [ $# -gt 1 ]; then
        echo "usage: tests/bench/run.sh --machine" >&2
        exit 2
    fi
    "$root/installer/packages.sh" client test >&2 || skip "packages for the emulated machine are missing"
    export PS_KIT=$root/build/netboot-kit PYTHONDONTWRITEBYTECODE=1 PATH=$PATH:/usr/sbin:/sbin
    "$root/installer/netboot/build.sh" "$PS_KIT" >&2 || skip "the netboot kit could not be built"
    exec unshare --net --mount --propagation private sh -c 'mount -t tmpfs none /run && exec "$@"' sh \
        python3 "$root/tests/bench/machine_bench.py"
fi
script=bench.py
if [ "${1:-}" = --lan ]; then
    shift
    script=lan_bench.py
elif [ "${1:-}" = --fair ]; then
    shift
    script=fair_bench.py
elif [ "${1:-}" = --all ]; then
    shift
    script=all_bench.py
fi
exec python3 -B "$root/tests/bench/$script" "$@"
