#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check.sh LUPDATE SOURCES FOLDER: fails when a string of SOURCES is missing in a catalogue, when a catalogue holds one
# that is gone, or when a translation is not finished.
set -eu
lupdate=$1 sources=$2 folder=$3
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
cp "$folder"/*.ts "$fresh"
"$(dirname "$0")/update.sh" "$lupdate" "$sources" "$fresh"

# Contexts, source texts and comments only: versions of lupdate differ in how they write the rest.
strings() {
    grep -E '<(name|source|comment)>' "$1"
}

failed=0
for catalogue in "$folder"/*.ts; do
    name=$(basename "$catalogue")
    strings "$catalogue" > "$fresh/before"
    strings "$fresh/$name" > "$fresh/after"
    if ! diff -u "$fresh/before" "$fresh/after"; then
        echo "$name: not up to date; build the target update_translations and translate" >&2
        failed=1
    fi
    if grep -n 'type="unfinished"\|type="vanished"\|type="obsolete"\|<translation></translation>' "$catalogue"; then
        echo "$name: not everything is translated" >&2
        failed=1
    fi
done
exit $failed
