# Chooses among the images that a job with every= has made. The launcher reads this file, which uses the launcher's functions and variables.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # _home, _newline, _cause, _image, _option_count, _required_key and _verified are the launcher's

# Sets _numbers to those of the images, with the newest first.
list_images() {
    _numbers=
    for _each in "$_series"/image-?????????; do
        _number=${_each##*/image-}
        case $_number in
        *[!0-9]*) ;;
        *) _numbers="$_number $_numbers" ;;
        esac
    done
}

# Lets the restorer check an image without a restore. Sets _cause if the image can't be used.
try_image() { # options, arguments
    _left=$_option_count
    while [ "$_left" -gt 0 ]; do
        set -- "$@" "$1"
        shift
        _left=$((_left - 1))
    done
    shift $(($# - _option_count))
    _status=0
    _result=$("$_home/libexec/crjvm-restore" --check ${_required_key:+--verified} --image "$_image" "$@" 2>&1) || _status=$?
    case $_status in
    0) ;;
    125)
        printf '%s\n' "$_result" >&2 || :
        exit 125
        ;;
    *)
        _result=${_result##*"$_newline"}
        _cause=${_result#"crjvm: cannot restore \"$_image\": "}
        _cause=${_cause%; *}
        [ -n "$_cause" ] || _cause="its check ended with status $_status"
        ;;
    esac
}

# Sets _image to the newest image that can be used. If none can, _cause says why the oldest can't, or why the newest that is trusted takes the
# place of an oldest that isn't: the command for the normal start is in it.
choose_image() { # options, arguments
    _series=$_image
    _commander=
    list_images
    _cause=
    for _number in $_numbers; do
        [ -z "$_cause" ] || say "cannot restore \"$_image\": $_cause; trying an older image"
        _image=$_series/image-$_number
        find_image_fault "$_image"
        # The signature is checked before anything of the image is read.
        if [ -z "$_cause" ] && [ -n "$_required_key" ]; then
            check_signature
            [ "$_verified" -gt 1 ] || _commander=${_commander:-$_image}
        fi
        [ -n "$_cause" ] || try_image "$@"
        # An image that can't be used here must not shut out an older one that can. Another start may have noted a newer one meanwhile.
        if [ -z "$_cause" ] && [ -n "$_newest_file" ]; then
            check_signature --manifest --note
        fi
        [ -n "$_cause" ] || return 0
    done
    if [ "$_verified" -gt 1 ] && [ -n "$_commander" ]; then
        printf "crjvm: cannot restore \"%s\": %s; its command can't be trusted either\n" "$_image" "$_cause" >&2
        _image=$_commander
        _verified=0
        _cause='no image of its series can be used'
    fi
}

# Prepares a normal start: sets _image to the newest one whose manifest can be read and belongs to no other user, if there is one.
choose_manifest() {
    _series=$_image
    list_images
    for _number in $_numbers; do
        _image=$_series/image-$_number
        [ -r "$_image/manifest" ] || continue
        check_place
        [ -n "$_cause" ] || return 0
    done
}
