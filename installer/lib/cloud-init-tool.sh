#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Prints the folder of an unpacked cloud-init, of which a test uses the schema check; fetches Debian's package once, into
# the user's cache. It is never installed: it would configure this machine at its next start.
#   PYTHONPATH=FOLDER/usr/lib/python3/dist-packages /usr/bin/python3 FOLDER/usr/bin/cloud-init schema --config-file FILE
set -eu

version=$(apt-cache show --no-all-versions cloud-init | sed -n 's/^Version: //p' | head -n 1)
[ -n "$version" ] || {
    echo "cloud-init-tool.sh: apt knows no cloud-init; run 'apt-get update'" >&2
    exit 1
}
folder=${XDG_CACHE_HOME:-$HOME/.cache}/provisioning-station/cloud-init-$(echo "$version" | tr -c 'A-Za-z0-9.\n' _)
if [ ! -x "$folder/usr/bin/cloud-init" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cd "$work"
    apt-get -q -o APT::Sandbox::User= download cloud-init >&2
    dpkg-deb -x cloud-init_*.deb unpacked
    mkdir -p "$(dirname "$folder")"
    rm -rf "$folder"
    mv unpacked "$folder"
fi
echo "$folder"
