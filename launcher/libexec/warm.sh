# Brings an image into memory before a start needs it. The launcher reads this file, which uses the launcher's functions and variables, and
# those of store-entry.sh and sizes.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # _value is the launcher's, the rest is set in store-entry.sh and sizes.sh

print_warm_help() {
    cat <<'END'
usage: crjvm warm [OPTIONS]

Reads an image and the files that it needs, such as the JDK's libraries, so that
the next start finds them in memory. The kernel may give that memory to others
when there is little of it.

  --image DIR   the image (default: crjvm-image), or oci://HOST/NAME:TAG: that is
                pulled into the store if it is not there, see crjvm help store
  --pull WHEN   whether a registry is asked: missing (default), always or never

Exit status: 0; 1: the image is not there or can't be read; 125: wrong use.
END
}

# Adds the KiB on disk of files to _warm_sum, and reads them. cp passes over holes, whose pages would only take memory.
warm_files() { # files
    for _warmed in "$@"; do
        if [ -f "$_warmed" ]; then
            cp -- "$_warmed" /dev/null 2>/dev/null || fail 1 "cannot warm \"$_warm_image\": \"$_warmed\" can't be read; see its permissions"
            _warm_sum=$((_warm_sum + $(kibibytes "$_warmed")))
        fi
    done
}

# Reads the files that the manifest requires. What is not there keeps the image from being restored, and the restore says so.
warm_required() {
    while IFS= read -r _manifest_line; do
        case $_manifest_line in
        'requires='*)
            _manifest_line=${_manifest_line#requires=* * }
            decode "$_manifest_line"
            [ ! -r "$_value" ] || warm_files "$_value"
            ;;
        esac
    done <"$_warm_folder/manifest"
}

in_mebibytes() { # KiB
    printf '%s' $((($1 + MEBIBYTE - 1) / MEBIBYTE))
}

warm() { # options
    _warm_image=crjvm-image
    _warm_pull=missing
    while [ $# -gt 0 ]; do
        case $1 in
        --image | --pull)
            [ -n "${2:-}" ] || fail 125 "warm: \"$1\" needs a value; see crjvm help warm"
            case $1$2 in
            --image*) _warm_image=$2 ;;
            --pullmissing | --pullalways | --pullnever) _warm_pull=$2 ;;
            *) fail 125 "warm: \"--pull\" takes missing, always or never, not \"$2\"" ;;
            esac
            shift
            ;;
        --help | -h)
            print_warm_help
            exit 0
            ;;
        *) fail 125 "warm: unknown option \"$1\"; see crjvm help warm" ;;
        esac
        shift
    done
    read_part sizes
    _warm_folder=$_warm_image
    case $_warm_image in
    oci://*)
        read_part store-entry
        parse_reference "$_warm_image" || fail 125 "warm: \"$_warm_image\" is not a place in a registry; give oci://HOST/NAME:TAG"
        find_stored "$_warm_image" "$_warm_pull" 600 false
        [ -z "$_store_fault" ] || fail 1 "cannot warm \"$_warm_image\": $_store_fault; see crjvm help store"
        _warm_folder=$_stored/image
        ;;
    esac
    find_image_fault "$_warm_folder"
    [ -z "$_cause" ] || fail 1 "cannot warm \"$_warm_image\": $_cause; make one, or give another with --image DIR"
    _warm_sum=0
    warm_files "$_warm_folder"/*
    _warm_own=$_warm_sum
    warm_required
    printf '"%s" is in memory: %s MiB, and %s MiB of files that it needs\n' "$_warm_image" "$(in_mebibytes "$_warm_own")" "$(in_mebibytes $((_warm_sum - _warm_own)))"
}
