#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# update.sh LUPDATE SOURCES FOLDER: takes the strings of SOURCES over into the catalogues in FOLDER.
set -eu
lupdate=$1 sources=$2 folder=$3
"$lupdate" -silent -no-obsolete -locations none -I "$(dirname "$sources")" "$sources" \
    -source-language en -target-language de -ts "$folder/provisioning-station_de.ts"
"$lupdate" -silent -no-obsolete -locations none -I "$(dirname "$sources")" -pluralonly "$sources" \
    -source-language en -target-language en -ts "$folder/provisioning-station_en.ts"
