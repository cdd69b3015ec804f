# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# To be sourced. A package state of our own, so that foreign architectures and source packages can be fetched
# without root and without touching the system's: private_apt_setup DIRECTORY, then private_apt apt-get ….

private_apt_dir=

# Derives the sources from the system's own and fetches the lists, if that has not been done in the last day. Asks for
# non-free-firmware beside the system's own components: Raspberry Pi's boot firmware is there, on the same mirrors.
private_apt_setup()
{
    private_apt_dir=$1
    mkdir -p "$private_apt_dir/lists/partial" "$private_apt_dir/cache/archives/partial" "$private_apt_dir/parts"
    : > "$private_apt_dir/status"
    python3 "$(dirname "$0")/../lib/debian-sources.py" --component non-free-firmware \
        > "$private_apt_dir/sources.list.new"
    if ! cmp -s "$private_apt_dir/sources.list.new" "$private_apt_dir/sources.list" ||
        [ -z "$(find "$private_apt_dir/updated" -mmin -1440 2> /dev/null)" ]; then
        mv "$private_apt_dir/sources.list.new" "$private_apt_dir/sources.list"
        private_apt apt-get -q update
        touch "$private_apt_dir/updated"
    fi
    rm -f "$private_apt_dir/sources.list.new"
}

# Options are given by a configuration file: apt-cache and apt-get read the same then.
private_apt()
{
    cat > "$private_apt_dir/apt.conf" << END
APT::Architectures { "$(dpkg --print-architecture)"; "arm64"; };
APT::Get::List-Cleanup "0";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Etc::SourceList "$private_apt_dir/sources.list";
Dir::Etc::SourceParts "$private_apt_dir/parts";
Dir::State "$private_apt_dir";
Dir::State::Lists "$private_apt_dir/lists";
Dir::State::status "$private_apt_dir/status";
Dir::Cache "$private_apt_dir/cache";
END
    APT_CONFIG=$private_apt_dir/apt.conf "$@"
}
