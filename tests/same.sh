#!/usr/bin/env bash
# The same page gives the same bytes from every build: release, with sanitizers, and without optimisation and SIMD; verdicts, scores
# and reasons, too.
# usage: same.sh BUILD...     folders with a dehusk; the first one's answers are the right ones
. "$(dirname "$0")/../script/common.sh"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
pages=(fixtures/*/input.*)
for set in wcxb multilingual daniel portal; do
    [ -d "$eval_dir/$set/pages" ] || { echo "same bytes, $set: skipped, no folder $eval_dir/$set"; continue; }
    # Every tenth: the sanitized build takes a second for some.
    mapfile -t some < <(printf '%s\n' "$eval_dir/$set"/pages/*.gz | awk 'NR % 10 == 1')
    pages+=("${some[@]}")
done
for build in "$@"; do
    printf '%s\0' "${pages[@]}" | xargs -0 -n 50 "$build/dehusk" --explain=all -- >"$out/$(basename "$build")" 2>&1 ||
        { say "same: $build failed"; exit 1; }
done
for build in "${@:2}"; do
    cmp "$out/$(basename "$1")" "$out/$(basename "$build")" || { say "same: $build gives other bytes than $1"; exit 1; }
done
echo "same bytes from $*: ${#pages[@]} pages, $(wc -l <"$out/$(basename "$1")") lines"
