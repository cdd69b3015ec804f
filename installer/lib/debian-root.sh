# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# To be sourced. A Debian of any release in a folder, from the mirror that this system uses itself. Needs root and debootstrap.
#   debian_root_make FOLDER RELEASE     makes it, unless it is there
#   debian_root_run FOLDER COMMAND…     runs a command in it, with /proc, /sys, /dev that are gone afterwards

debian_root_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

debian_root_mirror()
{
    "$debian_root_lib/debian-sources.py" | sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' | head -1
}

debian_root_make()
{
    local folder=$1 release=$2 mirror
    [ -f "$folder/.complete" ] && return
    mirror=$(debian_root_mirror)
    rm -rf "$folder"
    mkdir -p "$(dirname "$folder")"
    debootstrap --variant=minbase --include=ca-certificates "$release" "$folder" "$mirror" > "$folder.log" 2>&1 || {
        tail -20 "$folder.log" >&2
        return 1
    }
    # What this system has set about fetching (a proxy, say) holds there, too.
    apt-config dump | grep -E '^Acquire::(http|https|Check|Retries)' > "$folder/etc/apt/apt.conf.d/90host" || true
    touch "$folder/.complete"
}

debian_root_run()
{
    local folder=$1
    shift
    cp -L /etc/resolv.conf /etc/hosts "$folder/etc/" 2> /dev/null || true
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --propagation private bash -c '
        root=$1
        shift
        # Its root has to be a mount of its own: tools that make network namespaces change how "/" is shared.
        mount --rbind "$root" "$root" && mount -t proc proc "$root/proc" &&
            mount --rbind /sys "$root/sys" && mount --rbind /dev "$root/dev" &&
            mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm" &&
            exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
                http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" "$@"' bash "$folder" "$@"
}
