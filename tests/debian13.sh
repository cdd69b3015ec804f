#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds this tree and runs its tests in a Debian 13 (Qt 6.8). By hand, not in continuous integration. Needs root and debootstrap.
#   tests/debian13.sh [FOLDER]    FOLDER keeps the Debian between runs; default build/debian13
# With RELEASE=bookworm in the environment the same in a fresh Debian 12; with COMMAND another command than the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. installer/lib/debian-root.sh

release=${RELEASE:-trixie}
folder=${1:-$PWD/build/debian-$release}
command=${COMMAND:-tests/run.sh --quick}

if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap > /dev/null; then
    echo "debian13.sh needs root and the package debootstrap" >&2
    exit 1
fi

echo "== Debian $release in $folder"
debian_root_make "$folder" "$release"

echo "== copying the tree"
mkdir -p "$folder/src"
find "$folder/src" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
tar -c --exclude=./build --exclude=./.git --exclude=./.cache . | tar -C "$folder/src" -x --no-same-owner

echo "== $command"
debian_root_run "$folder" /bin/bash -c "cd /src && $command"
