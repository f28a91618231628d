_dehusk() {
    if [[ $service = dehusk-fetch ]]; then
        _dehusk_options_fetch
        return
    fi
    local command=$words[2]
    if ((CURRENT > 2)) && [[ -n ${(M)_dehusk_commands:#$command:*} ]]; then
        shift words
        ((CURRENT--))
        _dehusk_options_$command
        return
    fi
    ((CURRENT == 2)) && [[ $command != -* ]] && _describe command _dehusk_commands
    _dehusk_options_
}

_dehusk "$@"
