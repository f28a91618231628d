# Words of a command line that are broken at "=" are three: --focus, =, recall.
_dehusk() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' values=''
    [ "${1##*/}" = dehusk-fetch ] && command=fetch
    [ "$COMP_CWORD" -gt 1 ] && [[ " $_dehusk_commands " = *" ${COMP_WORDS[1]} "* ]] && command=${COMP_WORDS[1]}
    if [ "$cur" = = ]; then
        cur=''
    elif [ "$prev" = = ]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    [[ $prev = -* ]] && values=$(_dehusk_values "$command$prev")
    COMPREPLY=()
    case $values in
    @file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    @folder) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    @other) ;;
    ?*) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur") ;;
    *) _dehusk_word "$command" "$cur" ;;
    esac
    [[ ${COMPREPLY[0]-} = *= ]] && compopt -o nospace 2>/dev/null
    return 0
}

# COMMAND WORD: an option, an input, or a command.
_dehusk_word() {
    local words=''
    if [[ $2 = -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_dehusk_names "$1")" -- "$2")
        return
    fi
    [ "$COMP_CWORD" = 1 ] && [ -z "$1" ] && words=$_dehusk_commands
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$2"; compgen -f -- "$2")
}

complete -o filenames -F _dehusk dehusk dehusk-fetch
