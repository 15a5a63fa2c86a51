# Turns a built application into a verified image: it starts the application under the agent, warms it up, checkpoints it, verifies the
# image, starts from it once, signs it, and packs it. The launcher runs this file as a program of its own; the first argument is the
# distribution folder.
# shellcheck shell=sh
set -eu

usage() {
    cat <<'END'
usage: crjvm build --jar FILE [OPTIONS] [-- ARGUMENTS]
       crjvm build [OPTIONS] -- java ...

Starts the application under crjvm's agent as an ordinary user, makes an
image, verifies it, starts from it once and asks it for --url, and packs it.
An image knows its application and its JDK by absolute paths: both have to
lie where the machines that run the image have them.

  --jar FILE            the application, an executable jar; without it, the
                        java command comes after "--"
  --directory DIR       its working folder (default: the jar's folder, or the
                        current one)
  --url URL             the address that a working application answers with
                        status 2xx (default: none; it is enough that the
                        application can be restored)
  --expect TEXT         a text that this answer has to contain
  --install-as PATH     copy the jar to PATH first, and run it from there
  --at POINT            the agent's at=: the warm point (default: http:URL, or
                        auto without --url)
  --warmup REQUESTS     the agent's warmup= (default: URL*300, or none without
                        --url)
  --access-log FILE     a log of the application's users: say which kinds of its
                        requests the warm-up lacks
  --agent-option NAME=VALUE
                        any other option of the agent; may be repeated
  --vm-option OPTION    with --jar, an option for the JVM, such as -Xmx512m; may
                        be repeated
  --env NAME=VALUE      a variable for the application, which otherwise gets
                        none of the environment but PATH, LANG, LC_... and TZ
                        (an image holds it, and with it a CI job's secrets), and
                        an empty folder as HOME; may be repeated. Without LANG,
                        LC_ALL and LC_CTYPE it gets LANG=C.UTF-8
  --java PROGRAM        with --jar, the java to use (default: JAVA_HOME's, or the
                        PATH's)
  --user NAME           the ordinary user, when started as root (default:
                        crjvm-build, made if it is missing)
  --output DIR          the folder for the archive (default: the current one)
  --name NAME           its name without ending (default: the jar's name and
                        "-image", or "app-image")
  --sign FILE           sign the image with this private key, and put the
                        public key beside the archive (default: no signature);
                        only as root, who has the application run as another
                        user: it could read the key of its own. Else sign the
                        image in another job, with crjvm sign
  --compress gzip|zstd|none
                        none: leave the image's folder there instead of an
                        archive (default: zstd where it is installed, else gzip)
  --oci TARGET          also make a container image of it, or push it as it is;
                        may be repeated. oci://HOST/NAME:TAG pushes the image
                        itself, any other target is one of crjvm oci build
  --base IMAGE          the container image's base, see crjvm help oci
  --no-trial            don't start from the image
  --logs DIR            leave the application's output there: checkpoint.log, and
                        restore.log of the start from the image
  --time-limit SECONDS  for start, warm-up and checkpoint (default: 300)
  --help                this text

Status: 0 the image is there; 1 a step failed, and there is none (an archive
that was made before a failed --oci stays); 125 wrong use.
END
}

die() {
    printf 'crjvm: build failed: %s\n' "$*" >&2
    exit 1
}

fail() { # status, line
    printf 'crjvm: %s\n' "$2" >&2
    exit "$1"
}

say() {
    printf '[%4d s] %s\n' $(($(date +%s) - began)) "$*"
}

have() {
    command -v "$1" >/dev/null 2>&1
}

absolute() { # path of something that exists
    readlink -e -- "$1" || die "\"$1\" does not exist; give another path"
}

cleanup() {
    trap '' INT TERM HUP
    if [ -n "$restored" ]; then
        kill -KILL "$restored" 2>/dev/null || :
        wait "$restored" 2>/dev/null || :
    fi
    end_application
    if [ -n "$making" ]; then wait "$making" || :; fi
    keep_logs
    if [ -n "$work" ]; then rm -rf -- "$work"; fi
    if [ -n "$partial" ]; then rm -rf -- "$partial"; fi
}

# Puts the variables into locale that decide on encodings, texts and times: the JVM reads them at its start only, so the image keeps them.
find_locale() {
    for variable in LANG LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME TZ; do
        eval "value=\${$variable-}"
        [ -z "$value" ] || locale=$locale$(quote "$variable=$value")
    done
    # Without any of these the names of files and the arguments would be ASCII text.
    [ -n "${LANG-}${LC_ALL-}${LC_CTYPE-}" ] || locale=$locale$(quote LANG=C.UTF-8)
}

# Runs a command with a clean environment: the image contains the environment, and that of a CI job is full of tokens.
exec_as_user() {
    eval "set -- $locale $environment \"\$@\""
    # shellcheck disable=SC2086 # one word or none
    set -- env $default_signals -i PATH="$PATH" HOME="$user_home" "$@"
    if [ "$(id -u)" -eq 0 ]; then
        set -- setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"
    fi
    exec "$@"
}

as_user() {
    (exec_as_user "$@")
}

# Ends the processes that the application has left behind. They have inherited its HOME, a folder of this build alone.
end_application() {
    [ -n "$user_home" ] || return 0
    tries=0
    while find_application && [ "$tries" -lt 50 ]; do
        # shellcheck disable=SC2086 # one word for each process
        kill -KILL $left 2>/dev/null || :
        sleep 0.1
        tries=$((tries + 1))
    done
}

# Sets left to their process ids. It fails if there is none.
find_application() {
    left=$(grep -lzxF -- "HOME=$user_home" /proc/[0-9]*/environ 2>/dev/null | sed 's|^/proc/\([0-9]*\)/environ$|\1|')
    [ -n "$left" ]
}

# Others may be able to write to the folder, so links there are replaced and not followed.
keep_logs() {
    [ -n "$logs" ] || return 0
    for each in checkpoint.log restore.log; do
        if [ -f "$work/$each" ]; then cp --remove-destination -T -- "$work/$each" "$logs/$each" || :; fi
    done
}

# --- arguments -------------------------------------------------------------

# A list stays a list of arguments, whatever they contain: each argument is one shell-quoted word, for eval.
quote() {
    printf "'%s' " "$(printf %s "$1" | sed "s/'/'\\\\''/g")"
}

# Prints a value for the agent, whose options have commas between them.
escape() { # value
    printf %s "$1" | sed 's/[\\,]/\\&/g'
}

parse() {
    while [ $# -gt 0 ]; do
        option=$1
        case $option in
        --help | -h)
            usage
            exit 0
            ;;
        --)
            shift
            for argument in "$@"; do words=$words$(quote "$argument"); done
            break
            ;;
        --no-trial)
            trial=
            shift
            continue
            ;;
        --jar | --directory | --url | --expect | --install-as | --at | --warmup | --access-log | --agent-option | --vm-option | --env | --java | --user | --output | --name | \
            --sign | --compress | --oci | --base | --logs | --time-limit)
            [ $# -ge 2 ] || fail 125 "build: $option needs a value; see crjvm help build"
            [ -n "$2" ] || fail 125 "build: $option has an empty value; give one, or leave the option out"
            value=$2
            shift 2
            ;;
        *) fail 125 "build: \"$option\" is not an option; see crjvm help build" ;;
        esac
        case $option in
        --jar) jar=$value ;;
        --directory) folder=$value ;;
        --url) url=$value ;;
        --expect) expect=$value ;;
        --install-as) install_as=$value ;;
        --at) at=$value ;;
        --warmup) warmup=$value ;;
        --access-log) access_log=$value ;;
        --agent-option) agent_options=$agent_options,${value%%=*}=$(escape "${value#*=}") ;;
        --vm-option) vm_options=$vm_options$(quote "$value") ;;
        --env)
            case $value in
            -* | =* | [0-9]*) fail 125 "build: --env \"$value\" is not a variable; give NAME=VALUE" ;;
            *=*) ;;
            *) fail 125 "build: --env \"$value\" has no value; give NAME=VALUE" ;;
            esac
            environment=$environment$(quote "$value")
            ;;
        --java) java=$value ;;
        --user) user=$value ;;
        --output) output=$value ;;
        --name) name=$value ;;
        --sign) key=$value ;;
        --compress) compress=$value ;;
        --oci) targets=$targets$(quote "$value") ;;
        --base) base=$value ;;
        --logs) logs=$value ;;
        --time-limit) time_limit=$value ;;
        esac
    done
}

check_arguments() {
    if [ -z "$jar" ] && [ -z "$words" ]; then
        fail 125 'build: there is no --jar, and no java command after "--"; see crjvm help build'
    fi
    if [ -n "$expect" ] && [ -z "$url" ]; then fail 125 "build: --expect \"$expect\" needs --url; give the address that has to answer so"; fi
    if [ -n "$jar" ]; then
        jar=$(absolute "$jar")
        [ -n "$name" ] || name=$(basename -- "$jar" .jar)-image
    elif [ -n "$java$vm_options$install_as" ]; then
        fail 125 'build: --java, --vm-option and --install-as are for --jar; put them into the java command, or give --jar'
    fi
    [ -n "$name" ] || name=app-image
    case $name in
    */* | . | .. | -*) fail 125 "build: --name \"$name\" can't be the name of a file; give one without \"/\", and --output DIR for its folder" ;;
    esac
    case $url in
    *://*@*)
        # An "@" behind the host is a usual character.
        case ${url#*://} in
        [!/?#]*@*)
            address=${url#*://}
            address=${address%%[/?#]*}
            case $address in
            *@*) fail 125 "build: --url has a user's name or password before its host, which would be in output and image; give an address that answers without them" ;;
            esac
            ;;
        esac
        ;;
    esac
    check_targets
    [ -z "$access_log" ] || access_log=$(absolute "$access_log")
    output=$(absolute "$output")
    [ -z "$logs" ] || logs=$(absolute "$logs")
    [ -n "$at" ] || at=${url:+http:$url}
    [ -n "$at" ] || at=auto
    [ -n "$warmup" ] || warmup=${url:+$url*300}
    check_tools
    case $time_limit in
    '' | *[!0-9]*) fail 125 "build: --time-limit \"$time_limit\" is not a number of seconds; give one, such as 300" ;;
    esac
    if [ -n "$key" ]; then
        [ "$(id -u)" -eq 0 ] ||
            fail 125 'build: --sign as an ordinary user: the application, which runs as the same, could read the key; run crjvm build as root, or sign in a job of its own (crjvm sign)'
        key=$(absolute "$key")
    fi
}

# Checks the form of each --oci, so that a wrong one is not found after the image has been made.
check_targets() {
    eval "set -- $targets"
    for target; do
        case $target in
        oci://?*/?* | docker://?*/?*) ;;
        oci://* | docker://*) fail 125 "build: --oci \"$target\" is not a place in a registry; give oci://HOST/NAME:TAG or docker://HOST/NAME:TAG" ;;
        oci:?* | tar:?*) ;;
        *) fail 125 "build: --oci \"$target\" is not a target; give oci://HOST/NAME:TAG, docker://HOST/NAME:TAG, oci:DIR or tar:FILE" ;;
        esac
    done
}

check_tools() {
    [ -n "$compress" ] || if have zstd; then compress=zstd; else compress=gzip; fi
    case $compress in
    gzip) result=$output/$name.tar.gz ;;
    zstd) result=$output/$name.tar.zst ;;
    none) result=$output/$name ;;
    *) fail 125 "build: --compress \"$compress\" is not gzip, zstd or none; see crjvm help build" ;;
    esac
    for tool in ${url:+curl} tar timeout sha256sum ${key:+openssl}; do
        have "$tool" || die "\"$tool\" is missing; install it"
    done
    [ "$compress" = none ] || have "$compress" || die "\"$compress\" is missing; install it, or give another --compress"
    if [ "$compress" = none ] && [ -e "$result" ] && [ ! -f "$result/manifest" ] && [ -n "$(ls -A -- "$result" 2>&1)" ]; then
        die "\"$result\" exists and is not an image; remove it, or give another --name"
    fi
}

# Puts the java command into words, and its program into java.
find_java() {
    if [ -n "$jar" ]; then
        [ -n "$java" ] || java=${JAVA_HOME:+$JAVA_HOME/bin/}java
        have "$java" || die "there is no java \"$java\"; give --java or set JAVA_HOME"
        java=$(command -v "$java")
        words="$vm_options -jar $(quote "$jar") $words"
    else
        eval "split_command $words"
    fi
}

split_command() { # java, its options and arguments
    have "$1" || die "there is no java \"$1\"; give its path"
    java=$(command -v "$1")
    shift
    words=
    for argument; do words=$words$(quote "$argument"); done
}

# Without a helper that has its capability, and where a container or no_new_privs keeps it from it, the JVM runs in a user namespace of its own.
# Sets helper to the program that does this, or to nothing.
find_helper() {
    runner=$home/libexec/crjvm-checkpoint
    helper=$runner
    for installed in "$home/libexec/crjvm-helper" /usr/local/libexec/crjvm/crjvm-helper; do
        [ -f "$installed" ] || continue
        [ "$installed" != "$home/libexec/crjvm-helper" ] || [ -n "$(getcap -- "$installed" 2>/dev/null)" ] || continue
        # If neither way is open, the helper's line says why.
        if as_user "$installed" --check >/dev/null 2>&1 || ! as_user "$runner" --try >/dev/null 2>&1; then helper=; fi
        return 0
    done
}

# --- steps -----------------------------------------------------------------

prepare_user() {
    if [ "$(id -u)" -ne 0 ]; then
        return
    fi
    if ! id -u "$user" >/dev/null 2>&1; then
        useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user" || die "the user \"$user\" can't be made; give --user NAME of an existing one"
    fi
    [ "$(id -u "$user")" -ne 0 ] || fail 125 "build: --user \"$user\" is root; give an ordinary user"
    chown -- "$user:" "$work/user"
    for file in ${jar:+"$jar"} ${access_log:+"$access_log"} "$folder" "$home/crjvm.jar" "$home/bin/crjvm" "$java"; do
        as_user test -r "$file" || die "\"$file\" can't be read by \"$user\"; put it where that user can read it (for the jar: --install-as)"
    done
}

install_jar() {
    if [ -n "$install_as" ]; then copy_jar; fi
    if [ -z "$folder" ] && [ -n "$jar" ]; then folder=$(dirname -- "$jar"); fi
    [ -n "$folder" ] || folder=.
    folder=$(absolute "$folder")
}

copy_jar() {
    mkdir -p -- "$(dirname -- "$install_as")"
    if ! cmp -s -- "$jar" "$install_as"; then cp -- "$jar" "$install_as" || die "\"$install_as\" can't be written; give another --install-as"; fi
    chmod a+r -- "$install_as"
    jar=$(absolute "$install_as")
}

# Lets the application run in the background, so that this shell can handle a signal meanwhile. A shell lets such a process ignore the
# terminal's signals, and signals that a JVM ignores at its start stay ignored in the image for ever. Where env can't undo that, the
# application runs in the foreground, and a signal for this shell alone waits for its end.
find_default_signals() {
    if env --default-signal=INT,QUIT true 2>/dev/null; then default_signals=--default-signal=INT,QUIT; fi
}

make_image() {
    say "starting under the agent, warming up, checkpointing"
    eval "set -- $words"
    set -- "-javaagent:$home/crjvm.jar=image=$image,at=$(escape "$at")${warmup:+,warmup=$(escape "$warmup")},failure=exit${helper:+,helper=$helper}$agent_options" "$@"
    set -- ${helper:+"$helper" --run} "$java" "$@"
    if [ -n "$default_signals" ]; then
        run_application "$@" &
        making=$!
        wait "$making" || :
        making=
    else
        run_application "$@"
    fi
    status=0
    [ ! -f "$work/status" ] || status=$(cat "$work/status")
    case $status in
    0) ;;
    124 | 137)
        show_log
        die "no image within $time_limit s; give a larger time limit"
        ;;
    *)
        reason=$(sed -En 's/^crjvm: ((checkpoint failed|no checkpoint will be made|warm-up failed|training failed): .*)/\1/p' "$log" | tail -n 1)
        [ -z "$reason" ] || die "$reason"
        show_log
        # The agent has changed the application's status to 1 then.
        if grep -q '^crjvm: no image was made: ' "$log"; then die_early; fi
        die "the application ended with status $status; see the end of its output above"
        ;;
    esac
    if [ ! -f "$image/manifest" ]; then
        show_log
        die_early
    fi
}

run_application() { # command
    {
        (cd -- "$folder" && exec_as_user timeout --foreground --kill-after=10 "$time_limit" "$@") \
            </dev/null 2>&1 || echo $? >"$work/status"
        end_application # the pipe stays open as long as one of them runs
    } | tee -- "$log" | show_agent
}

die_early() {
    die "the application ended, and there is no image; see the end of its output above"
}

# Shows the agent's lines.
show_agent() {
    while IFS= read -r line; do
        case $line in
        'crjvm: '*) printf '         %s\n' "$line" ;;
        esac
    done
}

show_log() {
    tail -n 40 -- "$log" | sed 's/^/  | /' >&2
}

verify_image() {
    say "verifying"
    as_user "$java" -jar "$home/crjvm.jar" verify "$image" </dev/null || die "the image is not whole; see the line above"
}

# A restore takes a small part of 30 seconds. A process that needs longer is stuck.
try_image() {
    [ -n "$trial" ] || return 0
    say "trying a restore"
    log=$work/restore.log
    (cd -- "$folder" && exec_as_user "$home/bin/crjvm" run --no-fallback --verbose --image "$image") </dev/null >"$log" 2>&1 &
    restored=$!
    started=$(milliseconds)
    end=$((started + 30000))
    if [ -n "$url" ]; then
        await_answer
        measure_warmth
    else
        await_restore
    fi
    stop_restored
}

# Asks for the URL. It fails if the answer has another status than 2xx, for which curl.log has a line.
ask() {
    code=$(curl -sS -o "$work/answer" -w '%{http_code}' --max-time 10 "$url" 2>"$work/curl.log") || return 1
    case $code in
    2??) ;;
    *)
        printf 'its status is %s\n' "$code" >"$work/curl.log"
        return 1
        ;;
    esac
}

await_answer() {
    until ask; do
        need_restored_process
        if [ "$(milliseconds)" -ge "$end" ]; then
            show_log
            answer=$(cat "$work/curl.log")
            die "the restored application does not answer \"$url\" ($answer); see the end of its output above"
        fi
        sleep 0.02
    done
    first=$(($(milliseconds) - started))
    if [ -n "$expect" ]; then
        grep -qF -- "$expect" "$work/answer" || die "the restored application's answer of \"$url\" does not contain \"$expect\"; try --expect with a text of a normal answer"
    fi
}

await_restore() {
    until grep -q "$restored_line" "$log"; do
        need_restored_process
        if [ "$(milliseconds)" -ge "$end" ]; then
            show_log
            die "the application is not restored within 30 s; see the end of its output above"
        fi
        sleep 0.02
    done
}

# A tool may have done its work when this looks.
need_restored_process() {
    if kill -0 "$restored" 2>/dev/null || { [ -z "$url" ] && grep -q "$restored_line" "$log"; }; then return 0; fi
    show_log
    die "the restored application ended; see the end of its output above"
}

milliseconds() {
    date +%s%3N
}

# Says how warm the image is, and advises if later answers still become faster.
measure_warmth() {
    second=$(answer_time)
    for _ in 3 4 5 6 7 8 9; do answer_time >/dev/null; done
    tenth=$(answer_time)
    say "warm: the first answer $first ms after the start, the second took $second ms, the tenth $tenth ms$(count_compiled)"
    if [ "$second" -ge 20 ] && [ "$second" -ge $((3 * tenth)) ]; then
        say 'the answers still become faster: a longer warm-up (--warmup, crjvm help requests) makes a warmer image'
    fi
}

# Prints the milliseconds that an answer takes.
answer_time() {
    curl -fsS -o /dev/null --max-time 30 -w '%{time_total}\n' "$url" 2>"$work/curl.log" |
        sed 's/^\([0-9]*\)[.,]\([0-9]\{3\}\).*/\1\2/; s/^0*\(.\)/\1/'
}

# Prints the end of a sentence, if the JDK can count.
count_compiled() {
    diagnose=$(dirname -- "$java")/jcmd
    [ -x "$diagnose" ] || return 0
    as_user timeout 20 "$diagnose" "$restored" Compiler.codecache 2>&1 </dev/null |
        sed -n 's/.*nmethods=\([0-9][0-9]*\).*/; \1 methods are compiled/p' | head -n 1
}

# Says which kinds of requests users send and the warm-up lacks. The image is good without them, and a log that can't be read is told.
compare_log() {
    [ -n "$access_log" ] || return 0
    say "comparing the warm-up with $access_log"
    as_user "$home/bin/crjvm" requests --access-log "$access_log" --image "$image" </dev/null | sed 's/^/         /'
}

stop_restored() {
    kill -TERM "$restored" 2>/dev/null || :
    status=0
    wait "$restored" || status=$?
    restored=
    case $status in
    0 | 143) say "$(sed -n "s/$restored_line/restored in /p" "$log" | head -n 1)${url:+, answered}, stopped" ;;
    *)
        show_log
        die "the restored application ended with status $status after SIGTERM; see the end of its output above"
        ;;
    esac
}

# Sets left to the process ids of the application's user. Zombies are left out.
find_user_processes() {
    left=$(ps -o stat=,pid= -u "$user" | sed -n 's/^[^Z ][^ ]* *//p')
}

# Ends processes of the application's user that have outlived the application: they could change the image before it is signed, and look for
# the key.
end_user_processes() {
    tries=0
    find_user_processes
    while [ -n "$left" ] && [ "$tries" -lt 50 ]; do
        # shellcheck disable=SC2086 # one word for each process
        kill -KILL $left 2>/dev/null || :
        sleep 0.1
        tries=$((tries + 1))
        find_user_processes
    done
    [ -n "$left" ] || return 0
    left=$(ps -o pid=,args= -u "$user")
    die "the user \"$user\" still runs $(printf '%s\n' "$left" | head -n 1), and an image is signed when nothing of that user's runs any more; give --user NAME of one who runs nothing else"
}

# The key belongs to the user who runs this script: no process of the application's user gets it, and none is left. The signed image is a
# copy that this user can't change.
sign_image() {
    [ -n "$key" ] || return 0
    say "signing"
    openssl pkey -in "$key" -pubout -out "$partial/$name.pem" || die "\"$key\" is not a private key that openssl can read; make one with openssl genpkey -algorithm ed25519"
    end_user_processes
    mkdir -m 0700 -- "$work/own"
    as_user tar --create --sparse --directory "$(dirname -- "$image")" -- "$(basename -- "$image")" |
        tar --extract --no-same-owner --directory "$work/own" || die "\"$image\" can't be copied; see the line above"
    image=$work/own/$(basename -- "$image")
    chmod 0700 -- "$image"
    "$java" -jar "$home/crjvm.jar" sign --key "$key" "$image" </dev/null || die "the image can't be signed; see the line above"
    "$java" -jar "$home/crjvm.jar" verify --require-signature "$partial/$name.pem" "$image" </dev/null || die "the image's signature is not good; see the line above"
}

# Others may be able to write to the output folder, and put links where root would write. The results are made in a folder that is the
# caller's alone, and get their names when they are complete.
make_partial() {
    partial=$(mktemp -d -- "$output/.crjvm-build.XXXXXX") || die "\"$output\" can't be written; give another --output"
}

put_results() {
    for each in "$partial"/*; do
        mv -fT -- "$each" "$output/$(basename -- "$each")" || die "\"$output/$(basename -- "$each")\" can't be written; see the line above"
    done
}

# The files are sorted and have no owners, so that the archive only depends on the image's content.
pack_image() {
    say "packing"
    tar --create --sparse --sort=name --owner=0 --group=0 --numeric-owner --use-compress-program="$compress" --file "$partial/$(basename -- "$result")" \
        --directory "$(dirname -- "$image")" -- "$(basename -- "$image")" || die "\"$result\" can't be written; see the line above"
    (cd -- "$partial" && sha256sum -- "$(basename -- "$result")" | tee -- "$(basename -- "$result").sha256")
    put_results
    say "image $(du -sh --apparent-size -- "$image" | cut -f 1), archive $(du -h -- "$result" | cut -f 1)"
}

# Leaves the image itself there. It belongs to the user who has called. Its files keep their times: a start reads those with others.
keep_image() {
    cp -R --sparse=always --preserve=timestamps -- "$image" "$partial/$name" || die "\"$result\" can't be written; see the line above"
    chmod 0700 -- "$partial/$name"
    rm -rf -- "$result"
    put_results
    say "image $(du -sh --apparent-size -- "$result" | cut -f 1): $result"
}

publish_image() { # target
    say "to $1"
    case $1 in
    oci://*) "$home/bin/crjvm" push "$image" "$1" || die "the image can't be pushed to \"$1\"; see the line above" ;;
    *) "$home/bin/crjvm" oci build --image "$image" --to "$1" ${base:+--base "$base"} || die "there is no container image \"$1\"; see the line above" ;;
    esac
}

publish_images() {
    eval "set -- $targets"
    for target; do publish_image "$target"; done
}

began=$(date +%s)
home=$(CDPATH='' cd -- "$1" && pwd)
shift
jar='' folder='' url='' expect='' install_as='' at='' warmup='' access_log='' agent_options='' vm_options='' environment='' java='' name='' key='' compress='' words='' targets='' base='' locale='' default_signals='' making=''
user="crjvm-build"
output=.
logs=
trial=yes
time_limit=300
# The beginning of the last line of crjvm run --verbose.
restored_line='^crjvm: restore: restored in '
restored='' work='' partial='' user_home=''

PATH=$PATH:/usr/sbin:/sbin
export PATH
umask 022
parse "$@"
check_arguments
find_locale
find_default_signals
find_java
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
work=$(mktemp -d "${TMPDIR:-/tmp}/crjvm-build.XXXXXX" 2>/dev/null) || die "there can't be a temporary folder in \"${TMPDIR:-/tmp}\"; set TMPDIR to a folder that can be written"
chmod 0755 "$work"
mkdir -- "$work/user"
image=$work/user/$name
user_home=$work/user
log=$work/checkpoint.log
make_partial
install_jar
prepare_user
find_helper
make_image
verify_image
try_image
compare_log
sign_image
if [ "$compress" = none ]; then keep_image; else pack_image; fi
publish_images
