# Chooses among the images that a job with every= has made. The launcher reads this file, which uses the launcher's functions and variables.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # home, newline, cause, image, option_count, required_key and verified are the launcher's

# Sets numbers to those of the images, with the newest first.
list_images() {
    numbers=
    for each in "$series"/image-?????????; do
        number=${each##*/image-}
        case $number in
        *[!0-9]*) ;;
        *) numbers="$number $numbers" ;;
        esac
    done
}

# Lets the restorer check an image without a restore. Sets cause if the image can't be used.
try_image() { # options, arguments
    left=$option_count
    while [ "$left" -gt 0 ]; do
        set -- "$@" "$1"
        shift
        left=$((left - 1))
    done
    shift $(($# - option_count))
    status=0
    result=$("$home/libexec/crjvm-restore" --check ${required_key:+--verified} --image "$image" "$@" 2>&1) || status=$?
    case $status in
    0) ;;
    125)
        printf '%s\n' "$result" >&2
        exit 125
        ;;
    *)
        result=${result##*"$newline"}
        cause=${result#"crjvm: cannot restore \"$image\": "}
        cause=${cause%; *}
        [ -n "$cause" ] || cause="its check ended with status $status"
        ;;
    esac
}

# Sets image to the newest image that can be used. If none can, cause says why the oldest can't.
choose_image() { # options, arguments
    series=$image
    list_images
    cause=
    for number in $numbers; do
        [ -z "$cause" ] || printf 'crjvm: cannot restore "%s": %s; trying an older image\n' "$image" "$cause" >&2
        image=$series/image-$number
        find_image_fault "$image"
        # The signature is checked before anything of the image is read.
        if [ -z "$cause" ] && [ -n "$required_key" ]; then
            check_signature
        fi
        [ -n "$cause" ] || try_image "$@"
        [ -n "$cause" ] || return 0
    done
}

# Prepares a normal start: sets image to the newest one whose manifest can be read and belongs to no other user, if there is one.
choose_manifest() {
    series=$image
    list_images
    for number in $numbers; do
        image=$series/image-$number
        [ -r "$image/manifest" ] || continue
        check_place
        [ -n "$cause" ] || return 0
    done
}
