# Fetches Debian's kernels with the modules that a guest needs. setup and setup-arm64 share these functions.
# shellcheck shell=sh
# shellcheck disable=SC2154 # it/apt.sh sets temporary

# A kernel with a built-in module has no file of it. CRIU needs the *_diag modules to see sockets.
MODULES='virtio_pci virtio_blk virtio_console squashfs overlay unix_diag inet_diag tcp_diag udp_diag raw_diag netlink_diag af_packet_diag'

find_module() { # folder, name, which may be spelt with - or _
    find "$1" -name "$(printf %s "$2" | sed 's/[-_]/[-_]/g').ko*" | head -n 1
}

# Adds a module to "order" after the modules that it depends on. It calls itself, and only $1 and $2 are the same afterwards.
add_module() { # kernel's folder, name
    file=$(find_module "$1" "$2")
    [ -n "$file" ] && ! [ -f "$temporary/kernel/modules/$2.ko" ] || return 0
    case $file in
    *.xz) "$busybox" unxz -c "$file" ;;
    *) cat -- "$file" ;;
    esac >"$temporary/kernel/modules/$2.ko"
    for needed in $(tr '\0' '\n' <"$temporary/kernel/modules/$2.ko" | sed -n 's/^depends=//p' | tr ',' ' '); do
        add_module "$1" "$needed"
    done
    printf '%s\n' "$2" >>"$temporary/kernel/modules/order"
}

fetch_kernel() { # suite, Debian's name of the processor, package, folder of the kernel, folder of tools
    busybox=$5/usr/bin/busybox
    say "fetching $3 of $1"
    use_suite "$1" "$2" || return 1
    list_with_dependencies "$3" >"$temporary/all" || return 1
    grep -E '^linux-(image|binary|modules)-[0-9]' "$temporary/all" | tr ' ' '=' >"$temporary/list" || return 1
    rm -rf -- "$temporary/unpacked" "$temporary/kernel"
    mkdir -p -- "$temporary/unpacked" "$temporary/kernel/modules"
    # shellcheck disable=SC2046 # a list
    unpack "$temporary/unpacked" $(cat -- "$temporary/list") || return 1
    image=$(find "$temporary/unpacked" -name 'vmlinuz*' -type f | head -n 1)
    modules=$(find "$temporary/unpacked" -type d -path '*/modules/*/kernel' | head -n 1)
    [ -n "$image" ] && [ -n "$modules" ] || return 1
    cp -- "$image" "$temporary/kernel/vmlinuz"
    basename -- "$(dirname -- "$modules")" >"$temporary/kernel/release"
    for module in $MODULES; do
        add_module "$modules" "$module"
    done
    mkdir -p -- "$(dirname -- "$4")"
    mv -- "$temporary/kernel" "$4"
    say "$1: $(cat -- "$4/release")"
}
