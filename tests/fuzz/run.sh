#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Real fuzzing: every target, or those that are named, for so many seconds each, with libFuzzer.
#   cmake --preset fuzz && cmake --build --preset fuzz     (clang and libclang-rt-14-dev)
#   tests/fuzz/run.sh SECONDS [TARGET…]
# Begins with the seeds and the corpus in the tree and goes on with what earlier runs found, in build/fuzz/corpus.
# One line per target: executions, edges covered, findings. Exit code 1 when there was a finding.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
here=$PWD/tests/fuzz built=$PWD/build/fuzz/tests/fuzz work=$PWD/build/fuzz/corpus
[ $# -gt 0 ] || { sed -n '3,8s/^# *//p' "$here/run.sh" >&2; exit 2; }
seconds=$1
shift
targets=("$@")
if [ $# -eq 0 ]; then
    for source in "$here"/fuzz_*.cpp; do
        name=${source##*/fuzz_}
        targets+=("${name%.cpp}")
    done
fi
export UBSAN_OPTIONS=print_stacktrace=1 LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp print_suppressions=0"
code=0
for target in "${targets[@]}"; do
    mkdir -p "$work/$target"
    log=$work/$target.log
    trees=()
    [ ! -d "$here/corpus/$target" ] || trees=("$here/corpus/$target")
    "$built/fuzz_$target" "$work/$target" "${trees[@]}" -max_total_time="$seconds" -rss_limit_mb=4096 \
        -artifact_prefix="$work/$target-" -print_final_stats=1 > "$log" 2>&1
    result=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    edges=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | tr -dc 0-9)
    found=none
    [ $result -eq 0 ] || { found="see $log"; code=1; }
    printf '%-20s %10s executions %6s edges  findings: %s\n' "$target" "${runs:-?}" "${edges:-?}" "$found"
done
exit $code
