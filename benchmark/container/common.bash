# shellcheck shell=bash
# shellcheck disable=SC2034 # the programs that read this file use the variables
# What the benchmarks of containers share: a folder, a registry on loopback, podman with storage of its own, base images, and starts.

[[ $(id -u) -eq 0 ]] || die 'only root can run podman with storage of its own here; use sudo'
# podman refuses a machine on which both versions of cgroups are mounted. Unmounting only affects this process.
if [[ -z ${CRJVM_BENCHMARK_NAMESPACE:-} ]]; then
    CRJVM_BENCHMARK_NAMESPACE=1 exec unshare --mount -- "$0" "$@"
fi
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi

root=$(readlink -f -- "$(dirname -- "$(readlink -f -- "$0")")/../..")
product=$root/launcher/target/crjvm
jar=$root/examples/clinic/target/clinic.jar
registry=$(type -P docker-registry) || die 'there is no docker-registry; install it'
type -P podman >/dev/null || die 'there is no podman; install it with crun'
[[ -f $jar && -d $product/lib ]] || die "there is no \"$jar\" or no \"$product/lib\"; build first: mvn -B -DskipTests package"
find_jdk() { # number
    local home
    for home in /usr/lib/jvm/*"$1"*; do
        if [[ ! -L $home && -x $home/bin/javac ]]; then
            echo "$home"
            return
        fi
    done
    die "there is no JDK $1; give its home"
}
folder=$(mktemp -d "${TMPDIR:-/tmp}/crjvm-benchmark.XXXXXX")
chmod 0755 "$folder"
server=
finish() {
    podman rm --all --force --time 0 >/dev/null 2>&1 || :
    [[ -z $server ]] || kill "$server" 2>/dev/null || :
    for storage in "$folder"/storage "$folder"/node; do
        if [[ -d $storage ]]; then podman_in "$storage" rmi --all --force >/dev/null 2>&1 || :; fi
    done
    rm -rf -- "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say() {
    printf '%4d s: %s\n' "$SECONDS" "$*" >&2
}

podman_in() { # storage, words
    local storage=$1
    shift
    PODMAN_IGNORE_CGROUPSV1_WARNING=1 CONTAINERS_CONF=$folder/containers.conf command podman --root "$storage" --runroot "$folder/run" "$@"
}

podman() {
    podman_in "$folder/storage" "$@"
}

free_port() {
    local port
    for ((port = ${1:-21000}; port < 23000; port++)); do
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    die 'there is no free port'
}

start_registry() {
    port=$(free_port)
    printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' \
        "$folder/registry" "$port" >"$folder/registry.yml"
    "$registry" serve "$folder/registry.yml" >"$folder/registry.log" 2>&1 &
    server=$!
    local i
    for ((i = 0; i < 100; i++)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
        sleep 0.1
    done
    die "the registry does not answer: $(cat -- "$folder/registry.log")"
}

# podman would raise limits that even root may not raise on some machines.
configure() {
    local files processes
    files=$(ulimit -n)
    processes=$(ulimit -u)
    printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=%s:%s"]\n[engine]\ncgroup_manager = "cgroupfs"\n' \
        "$files" "$(ulimit -Hn)" "${processes/unlimited/-1}" "$(ulimit -Hu | sed 's/unlimited/-1/')" >"$folder/containers.conf"
}

make_base() { # name, JDK
    "$root/it/src/test/sh/container-root" "$folder/$1" "$2"
    tar -C "$folder/$1" -c . | podman import --quiet --change "ENV PATH=$2/bin:/usr/local/bin:/usr/bin:/bin" - "$place/$1:1" >/dev/null
    podman push --quiet --tls-verify=false "$place/$1:1" >/dev/null
    rm -rf -- "${folder:?}/$1"
}

answers() { # page
    curl -s --max-time 60 "http://127.0.0.1:$clinic$1" | grep -q "$EXPECTED"
}

is_open() {
    (exec 3<>"/dev/tcp/127.0.0.1/$clinic") 2>/dev/null
}

# Sends requests only when somebody listens: refused clients would use a part of the processors' time.
await_answer() { # page, process
    until is_open && answers "$1"; do
        kill -0 "$2" 2>/dev/null || die "it ended: $(tail -n 3 -- "$folder/log")"
        sleep 0.02
    done
}


# Prints the milliseconds of a container that does nothing: podman's part of each start.
start_nothing() {
    local began ended
    began=$EPOCHREALTIME
    podman run --rm --network host --cap-drop ALL --security-opt no-new-privileges --entrypoint /bin/sh "$place/base17:1" -c : >"$folder/log" 2>&1 ||
        die "$(cat -- "$folder/log")"
    ended=$EPOCHREALTIME
    awk -v a="$began" -v b="$ended" 'BEGIN { printf "%.0f\n", (b - a) * 1000 }'
}

# Prints the milliseconds of one start.
start() { # storage, image
    local began ended run
    began=$EPOCHREALTIME
    podman_in "$1" run --rm --name clinic --network host --cap-drop ALL --security-opt no-new-privileges --quiet --tls-verify=false \
        "$place/$2:1" >"$folder/log" 2>&1 &
    run=$!
    await_answer "$PAGE" "$run"
    ended=$EPOCHREALTIME
    podman_in "$1" kill clinic >/dev/null
    wait "$run" || :
    awk -v a="$began" -v b="$ended" 'BEGIN { printf "%.0f\n", (b - a) * 1000 }'
}

# Prints the size in bytes of the layers that a node without any has to receive.
transferred() { # image
    curl -s --header 'Accept: application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json' "http://${place%%/*}/v2/clinic/$1/manifests/1" |
        jq '([.layers[].size] | add) + .config.size'
}

of() { # file: median, minimum to maximum
    sort -n -- "$1" | awk '{ n[NR] = $1 } END { printf "%d (%d to %d)", (n[int((NR + 1) / 2)] + n[int(NR / 2) + 1]) / 2, n[1], n[NR] }'
}

configure
cp -R -- "$product" "$folder/crjvm"
chmod -R a+rX -- "$folder/crjvm"
start_registry
place=127.0.0.1:$port/clinic
clinic=$(free_port 22000)
