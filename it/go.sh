# Compiles programs from the Go sources that Debian's packages have. The setups in it/registry and it/logs share these functions, after
# those of it/apt.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # it/apt.sh sets temporary

# A compilation that takes longer hangs. It takes two to four minutes of two processors.
COMPILE_LIMIT=30m

# Sets compiler to the package of the release's Go compiler, such as golang-1.24-go.
find_compiler() {
    for_suite apt-cache depends golang-go || return 1
    compiler=$(sed -n 's/^ *Depends: \(golang-[0-9.]*-go\)$/\1/p' "$temporary/output" | head -n 1)
    [ -n "$compiler" ]
}

# Fetches packages with sources, and the compiler.
unpack_sources() { # packages
    rm -rf -- "$temporary/unpacked"
    mkdir -- "$temporary/unpacked"
    unpack "$temporary/unpacked" "$compiler" "${compiler%-go}-src" "$@"
}

# Debian's sources are in a GOPATH, without modules, so Go asks nobody for others. HOME keeps what Go notes.
compile() { # Go's name of the program, file
    set -- "$1" "$2" "$temporary"/unpacked/usr/lib/go-*
    env -i PATH=/usr/bin:/bin "HOME=$temporary/home" "GOROOT=$3" "GOPATH=$temporary/unpacked/usr/share/gocode" "GOCACHE=$temporary/cache" \
        GO111MODULE=off GOTOOLCHAIN=local GOMAXPROCS=2 CGO_ENABLED=0 nice timeout "$COMPILE_LIMIT" \
        "$3/bin/go" build -p 2 -o "$2" "$1" >"$temporary/output" 2>&1
}
