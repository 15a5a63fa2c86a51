# Makes a Debian that only has its base system in the folder guest. The scripts beside this file set suite and then read it.
# debootstrap is unpacked for the first guest, which is kept in /var/cache/crjvm-debian.
# shellcheck shell=sh
# shellcheck disable=SC2154 # the script that reads this file sets suite

CACHE=/var/cache/crjvm-debian
temporary=$(mktemp -d /srv/crjvm-it-debian.XXXXXX)
guest=$temporary/guest

cleanup() {
    umount -R "$guest" 2>/dev/null || :
    rm -rf --one-file-system -- "$temporary"
}

# Prints the mirror from which this machine installed its Debian.
find_mirror() {
    # shellcheck disable=SC2016 # apt fills it in
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' | sed -n 's/^Debian|Debian|main|//p' | head -n 1
}

make_base() {
    (cd -- "$temporary" && apt-get -q download debootstrap >&2 && dpkg-deb -x debootstrap_*.deb tools)
    DEBOOTSTRAP_DIR=$temporary/tools/usr/share/debootstrap "$temporary/tools/usr/sbin/debootstrap" --variant=minbase --include=ca-certificates \
        "$suite" "$temporary/base" "$(find_mirror)" >&2
    mkdir -p -- "$CACHE"
    tar -C "$temporary/base" -cf "$CACHE/$suite.tar.$$" .
    mv -- "$CACHE/$suite.tar.$$" "$CACHE/$suite.tar"
    rm -rf -- "$temporary/base"
}

make_guest() {
    [ -e "$CACHE/$suite.tar" ] || make_base
    mkdir -- "$guest"
    tar -C "$guest" -xf "$CACHE/$suite.tar"
    mount --bind "$guest" "$guest"
    mount -t proc proc "$guest/proc"
    mount --rbind /dev "$guest/dev"
    cp -- /etc/resolv.conf "$guest/etc/resolv.conf"
    # The guest takes over proxies, and the setting that accepts old lists.
    apt-config dump | grep '^Acquire::' >"$guest/etc/apt/apt.conf.d/99machine"
}

run() {
    chroot "$guest" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"
}
