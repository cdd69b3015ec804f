# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2154
# To be sourced. Where a built kit goes: whether it can go there is known before anything is built, and at every moment
# there is a whole kit, the old one or the new. Uses die() of who sources it, and $here, the folder of this file.

place_space=67108864 # bytes, more than three kits have

# OUT_DIR as one name: without a slash at its end ("$out.part" would lie inside it), and behind links.
place_of()
{
    realpath -m -- "$1"
}

# The nearest folder above a path that is there already.
folder_above()
{
    above=$(dirname "$1")
    until [ -e "$above" ]; do
        above=$(dirname "$above")
    done
    echo "$above"
}

free_bytes()
{
    df -P -k -- "$1" | awk 'NR == 2 { printf "%.0f", $4 * 1024 }'
}

need_space()
{
    [ "$(free_bytes "$1")" -ge "$2" ] ||
        die "$1 has $(($(free_bytes "$1") / 1048576)) MiB left; $3 needs $(($2 / 1048576))"
}

# Nothing but a kit is ever replaced. A folder that is a mount's root cannot be renamed.
check_place()
{
    if [ ! -e "$1" ] && [ -f "$1.old/manifest.json" ]; then
        mv "$1.old" "$1" # a swap that was cut short, on a file system without exchange
    fi
    if [ -e "$1" ]; then
        [ -d "$1" ] || die "$1 is there and is no folder"
        [ -f "$1/manifest.json" ] || [ -z "$(ls -A "$1")" ] || die "$1 is there and is no netboot kit"
        ! mountpoint -q "$1" || die "$1 is where a file system is mounted; name a folder in it"
        [ -w "$1" ] || die "$1 cannot be replaced: not writable"
    fi
    above=$(folder_above "$1")
    probe=$(mktemp -d "$above/.netboot-kit.XXXXXX" 2> /dev/null) || die "$1 cannot be made: $above is not writable"
    rmdir "$probe"
    need_space "$above" "$place_space" "the kit"
}

# put_in_place KIT OUT: a copy beside it first, on the disk, and then a swap of the two names. A TFTP server's user can read
# it, whatever the umask.
put_in_place()
{
    umask 022
    mkdir -p "$(dirname "$2")"
    rm -rf "$2.part"
    cp -r "$1" "$2.part"
    chmod -R u=rwX,go=rX "$2.part"
    find "$2.part" -exec sync {} +
    python3 "$here/swap_folders.py" "$2.part" "$2"
    rm -rf "$2.part"
}

# What an ended build leaves of the above.
clear_place()
{
    rm -rf "$1.part"
}
