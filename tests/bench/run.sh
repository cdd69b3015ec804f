#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Measures the station against nginx, and a deploy against curl | dd, in one run; prints a table.
#   tests/bench/run.sh [--size MIB] [--rounds N] [--folder DIR]
# Builds the release preset's two programs first, unless PS_STATION and PS_CLIENT name built ones.
# Needs about three times the image's size (2 GiB by default) in DIR (default: the temporary folder).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

if [ -z "${PS_STATION:-}" ] || [ -z "${PS_CLIENT:-}" ]; then
    cd "$root"
    installer/packages.sh build run test
    cmake --preset release --log-level=WARNING > /dev/null
    cmake --build --preset release --target provisioning-station provisioning-client >&2
    cd - > /dev/null
    export PS_STATION=$root/build/release/app/provisioning-station
    export PS_CLIENT=$root/build/release/netclient/provisioning-client
fi
exec python3 -B "$root/tests/bench/bench.py" "$@"
