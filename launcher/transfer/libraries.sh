# Unpacks what crjvm-transfer is built with into a folder of crjvm's own: libjansson, and the headers of libcurl and libzstd. Setup reads this
# file, which uses setup's functions and variables.
#
# If apt installed these packages, it would also upgrade the system's libcurl to the version that the headers belong to. The headers of a newer
# libcurl fit as well: the program is linked with the libraries that are here, and linking fails if they lack something.
# shellcheck shell=sh
# shellcheck disable=SC2154 # BUILD_DIR, here and temporary are setup's

TRANSFER_PACKAGES='libcurl4-openssl-dev libjansson-dev libzstd-dev'

has_transfer_libraries() {
    has_compiler && make -s -C "$here/transfer" find-libraries >/dev/null 2>&1
}

download_transfer_packages() {
    # shellcheck disable=SC2086 # a list
    (cd -- "$temporary/debs" && apt-get -q download $TRANSFER_PACKAGES) >"$temporary/output" 2>&1
}

# Fills a folder that can become BUILD_DIR, and sets libraries to it.
unpack_transfer_packages() {
    libraries=$temporary/build
    rm -rf -- "$temporary/tree" "$libraries"
    mkdir -p -- "$temporary/tree" "$libraries/include" "$libraries/lib" "$libraries/copyright"
    for package in "$temporary"/debs/*.deb; do
        quietly dpkg-deb -x "$package" "$temporary/tree" || return
        name=$(dpkg-deb --field "$package" Package)
        printf '%s %s\n' "$name" "$(dpkg-deb --field "$package" Version)" >>"$libraries/versions"
        cp -L -- "$temporary/tree/usr/share/doc/$name/copyright" "$libraries/copyright/$name" || return
    done
    # Some headers are in the folder of the processor.
    for folder in "$temporary/tree/usr/include" "$temporary"/tree/usr/include/*-linux-gnu*; do
        cp -R -- "$folder/." "$libraries/include/" || return
    done
    cp -- "$temporary"/tree/usr/lib/*/libjansson.a "$libraries/lib/"
}

install_unpacked() {
    check_parents
    run_as_root rm -rf -- "$BUILD_DIR.new"
    [ -d "${BUILD_DIR%/*}" ] || run_as_root install -d -o root -g root -m 0755 "${BUILD_DIR%/*}"
    run_as_root cp -R -- "$libraries" "$BUILD_DIR.new"
    run_as_root chown -R root:root "$BUILD_DIR.new"
    run_as_root chmod -R u=rwX,go=rX "$BUILD_DIR.new"
    run_as_root rm -rf -- "$BUILD_DIR"
    run_as_root mv -T -- "$BUILD_DIR.new" "$BUILD_DIR"
}

fetch_transfer_libraries() {
    make_temporary
    rm -rf -- "$temporary/debs"
    mkdir -- "$temporary/debs"
    say "fetching $TRANSFER_PACKAGES into $BUILD_DIR (nothing is installed or upgraded)"
    # The lists of packages may be missing or old.
    if ! download_transfer_packages && ! { try_to_update_lists && download_transfer_packages; }; then
        cat -- "$temporary/output" >&2
        return
    fi
    if unpack_transfer_packages; then install_unpacked; fi
}

tell_transfer_libraries() {
    if has_transfer_libraries; then
        say "transfers without a JVM: libcurl, libzstd and libjansson are there"
    else
        say "transfers without a JVM: not built; that takes libcurl.so.4 and libzstd.so.1 of the system, and setup --build on Debian with a network"
    fi
}

# Without the program push and pull use their Java client, so nothing here makes setup give up.
install_transfer_libraries() {
    if ! has_transfer_libraries && have apt-get && have dpkg-deb; then fetch_transfer_libraries; fi
    tell_transfer_libraries
}
