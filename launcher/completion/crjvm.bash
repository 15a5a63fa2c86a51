# Completes crjvm's commands and options in bash: source this file, or put it among bash-completion's files. launcher/completion/check keeps
# it in step with the help texts.
# shellcheck shell=bash

# Sets words to the options of a command.
_crjvm_options() { # command
    case $1 in
    run) words='--image --pull --pull-wait -D --listen --port-file --map --vm-option --match-environment --match-property --time-limit --await-connection --no-parked --pid=same --require-signature --no-older --max-age --report --fallback --no-fallback --no-restore --verbose --' ;;
    inspect) words='--json --identity' ;;
    verify) words='--require-signature' ;;
    sign) words='--key' ;;
    optimize) words='--train --request' ;;
    pack) words='--level --threads --encrypt --verbose' ;;
    unpack) words='--threads --require-signature --identity --verbose' ;;
    oci) words='--image --to --append --base --add --name --user --env --compression --plain-http --verbose' ;;
    push) words='--base --plain-http --verbose' ;;
    pull) words='--require-signature --any --plain-http --verbose' ;;
    requests) words='--har --openapi --access-log --url --server --most --image --output' ;;
    build) words='--jar --directory --url --expect --install-as --at --warmup --access-log --agent-option --vm-option --env --java --user --output --name --sign --compress --oci --base --no-trial --logs --time-limit --' ;;
    checkpoint) words='--at --image --warmup --quiet --then --failure --portable --time-limit --extract --keep-running --stop --list --' ;;
    java) words='-jar -cp' ;;
    cache) words='--all --max-size' ;;
    doctor) words='--image --json' ;;
    store) words='--require-signature --any --plain-http --verbose --all --max-size' ;;
    warm) words='--image --pull' ;;
    tool) words='--recipe --bin --jars --repository' ;;
    park) words='--image --count --memory --refill-after --map --verbose --list' ;;
    *) words='' ;;
    esac
}

# Sets words to the possible values of an option. If it sets none, files are completed. If it returns 1, nothing is.
_crjvm_values() { # option
    words=
    case $1 in
    --at) words='auto main api port: http: method: delay:' ;;
    --then) words='exit continue' ;;
    --portable) words='v2 v3' ;;
    --quiet) words='on off' ;;
    --compression) words='zstd gzip' ;;
    --compress) words='zstd gzip none' ;;
    --failure) words='exit continue' ;;
    --pull) words='missing always never' ;;
    --har | --openapi | --access-log | --image | --jar | --directory | --install-as | --java | --recipe | --bin | --jars | --output | --logs | --sign | --add | --extract | --key | --require-signature | --no-older | --identity | --port-file | -jar | -cp) ;;
    *) return 1 ;;
    esac
}

_crjvm_complete() {
    local commands='run inspect verify sign optimize pack unpack oci push pull store warm park requests build checkpoint java cache tool doctor help'
    local words current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} i
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="$commands --version --help"
    else
        for ((i = 2; i < COMP_CWORD; i++)); do
            [ "${COMP_WORDS[i]}" != -- ] || return 0 # an application's arguments, or a java command: files
        done
        case $command$COMP_CWORD in
        help2) words=$commands ;;
        cache2) words='list prune' ;;
        store2) words='pull list prune' ;;
        oci2) words='build' ;;
        tool2) words='install list remove' ;;
        *)
            _crjvm_options "$command"
            case " $words " in
            *" $before "*)
                if _crjvm_values "$before"; then
                    [ -n "$words" ] || return 0
                elif [ "$before" != --all ]; then
                    _crjvm_options "$command"
                fi
                ;;
            esac
            [ "$command" != cache ] || [ "${COMP_WORDS[2]}" = prune ] || words=
            case $command${COMP_WORDS[2]} in
            storepull) words=${words%% --all*} ;;
            storeprune) words='--all --max-size' ;;
            store*) words= ;;
            toolinstall) ;;
            tool*) words= ;;
            esac
            ;;
        esac
    fi
    while IFS= read -r i; do
        [ -z "$i" ] || COMPREPLY+=("$i")
    done < <(compgen -W "$words" -- "$current")
}

complete -o default -F _crjvm_complete crjvm
