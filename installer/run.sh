#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh Debian to a running station: installs packages, builds, starts.
#   installer/run.sh [--headless] [-- STATION ARGUMENTS…]
#       starts the station (port 5000), with its window or without
#   installer/run.sh --install
#       installs it below /usr, with its root helper, polkit's policy and systemd's units (none is enabled)
#   installer/run.sh --demo [--headless]
#       starts it with a sample image and a simulated device, the real client on a file as eMMC.
#       With the window: choose the device, click Deploy, then Backup. Headless: both happen by themselves,
#       are checked byte for byte, and the exit code says whether all was right.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

demo=
headless=
install=
while [ $# -gt 0 ]; do
    case $1 in
    --demo) demo=yes ;;
    --headless) headless=--headless ;;
    --install) install=yes ;;
    --)
        shift
        break
        ;;
    *)
        sed -n '3,12s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
    shift
done

say()
{
    echo "== $*"
}

if [ -z "$headless$install" ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo "There is no display here. Start it on a desktop, or with --headless." >&2
    exit 1
fi

installer/packages.sh build run
say "building (build/release)"
export CCACHE_BASEDIR=$root
cmake --preset release --log-level=WARNING > /dev/null
cmake --build --preset release -j "$(nproc)"
station=$root/build/release/app/provisioning-station
client=$root/build/release/netclient/provisioning-client

if [ -n "$install" ]; then
    say "installing below /usr"
    as_root=
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    $as_root cmake --install build/release --prefix /usr --strip
    if [ -d /run/systemd/system ]; then
        $as_root systemd-sysusers
        $as_root systemctl daemon-reload
    fi
    exit 0
fi
if [ -z "$demo" ]; then
    say "starting the station"
    exec "$station" $headless "$@"
fi

# --- the demonstration ---
demo_home=${XDG_DATA_HOME:-$HOME/.local/share}/provisioning-station-demo
mac=02:00:00:00:00:01
sample=$demo_home/sample.img
mkdir -p "$demo_home"
run=$(mktemp -d "$demo_home/run.XXXXXX")
station_pid=
client_pid=

clean_up()
{
    for pid in $client_pid $station_pid; do
        kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null || true
    done
    rm -rf "$run"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

give_up()
{
    echo "FAILED: $*" >&2
    tail -n 20 "$run"/*.log >&2 || true
    exit 1
}

# await SECONDS COMMAND…: until it succeeds.
await()
{
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}

operator()
{
    local method=$1 path=$2
    shift 2
    curl -sS --max-time 10 -X "$method" -H "Authorization: Bearer $(cat "$run/station/operator-token")" \
        "$url/api/operator/$path" "$@"
}

# field NAME…: follows these keys and indices into the JSON on the standard input; empty when it is not there.
field()
{
    python3 -c 'import json, sys
value = json.load(sys.stdin)
try:
    for key in sys.argv[1:]:
        value = value[int(key) if key.isdigit() else key]
    print(value)
except (KeyError, IndexError):
    print("")' "$@"
}

# "deploy: transferring, writing 42 %" of a job.
job_line()
{
    python3 -c 'import json, sys
job = json.load(sys.stdin)
share = " {} %".format(job["done"] * 100 // job["total"]) if job["total"] else ""
print("{kind}: {state}, {phase}".format(**job) + share)'
}

station_listens()
{
    kill -0 "$station_pid" 2> /dev/null || give_up "the station ended"
    url=$(sed -n 's/^listening on \(http:.*\)/\1/p' "$run/station.log")
    [ -n "$url" ]
}

start_station()
{
    "$station" $headless --listen 127.0.0.1:0 --data-dir "$run/station" --image "$sample" "$@" \
        > "$run/station.log" 2>&1 &
    station_pid=$!
    await 30 station_listens || give_up "the station does not listen"
    say "the station listens on $url"
}

# An eMMC of 1 GiB that held something else before.
start_device()
{
    truncate -s 1G "$run/emmc.img"
    head -c 16M /dev/urandom | dd of="$run/emmc.img" bs=1M seek=200 conv=notrunc status=none
    "$client" --server "$url" --device "$run/emmc.img" --mac $mac > "$run/client.log" 2>&1 &
    client_pid=$!
    say "a simulated device $mac with an eMMC of 1 GiB ($run/emmc.img) is on"
}

# Prints the job's progress until it has ended; true when it succeeded.
follow_job()
{
    local job=$1 end=$((SECONDS + 300)) state='' line='' last=''
    while [ $SECONDS -lt $end ]; do
        kill -0 "$client_pid" 2> /dev/null || give_up "the client ended"
        line=$(operator GET "jobs/$job" | job_line)
        [ "$line" = "$last" ] || echo "   $line"
        last=$line
        state=${line#*: }
        case $state in
        succeeded*) return 0 ;;
        failed* | cancelled*)
            operator GET "jobs/$job" >&2
            return 1
            ;;
        esac
        sleep 0.3
    done
    return 1
}

job_of_device()
{
    job=$(operator GET devices | field devices 0 job id)
    [ -n "$job" ]
}

check_deploy()
{
    await 120 job_of_device || give_up "no deploy began"
    follow_job "$job" || give_up "the deploy did not succeed"
    cmp -n "$(stat -c %s "$sample")" "$sample" "$run/emmc.img" || give_up "the device differs from the image"
    say "deployed: the device holds the image, byte for byte"
}

check_backup()
{
    job=$(operator POST jobs -d "{\"mac\":\"$mac\",\"kind\":\"backup\",\"scope\":\"exact\",\"path\":\"$run/backup.img.zst\"}" |
        field id)
    [ -n "$job" ] || give_up "the backup was refused"
    follow_job "$job" || give_up "the backup did not succeed"
    zstd -dc "$run/backup.img.zst" | cmp - "$run/emmc.img" || give_up "the backup differs from the device"
    say "backed up: $(stat -c %s "$run/backup.img.zst") bytes decompress to the device, byte for byte"
}

if [ ! -f "$sample" ]; then
    say "making a sample image ($sample)"
    installer/lib/sample-image.sh "$sample"
fi
if [ -n "$headless" ]; then
    start_station --auto deploy
    start_device
    check_deploy
    check_backup
    say "the demonstration passed"
else
    start_station
    start_device
    say "in the window: choose the device, click Deploy; then Backup. Close the window to end."
    wait "$station_pid" || true
    station_pid=
fi
