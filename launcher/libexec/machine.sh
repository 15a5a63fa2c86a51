# Finds out whether this machine's processor is the one for which this crjvm was built. setup and doctor.sh read this file.
# shellcheck shell=sh
# shellcheck disable=SC2034 # _machine_name is for them

# Sets _machine_name to the processor's, and _machine_fault to why crjvm can't run here, or to nothing.
examine_processor() { # a program of this crjvm's, if it is there
    _machine_fault=
    _machine_name=
    _elf_machine=
    case "$(uname -s) $(uname -m)" in
    'Linux x86_64')
        _machine_name='x86-64'
        _elf_machine=62
        ;;
    'Linux aarch64')
        _machine_name='64-bit ARM (aarch64)'
        _elf_machine=183
        ;;
    *)
        _machine_fault="this is \"$(uname -s) $(uname -m)\"; crjvm runs on Linux on x86-64 and on 64-bit ARM (aarch64)"
        return
        ;;
    esac
    _built_for=$(od -An -t u2 -j 18 -N 2 -- "$1" 2>/dev/null | tr -d ' ') || :
    [ "${_built_for:-$_elf_machine}" = "$_elf_machine" ] ||
        _machine_fault="this crjvm was built for another processor than this machine's, $_machine_name; unpack the distribution for it"
}
