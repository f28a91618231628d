#!/usr/bin/env bash
# The slow tier: valgrind over fixtures, the same bytes from all builds, fuzzers for a minute each, the trees of all pages at hand.
. "$(dirname "$0")/../script/common.sh"
lack() { say "slow: $1 is not installed: installing"; }
tools=()
command -v valgrind >/dev/null || tools+=(valgrind)
command -v clang >/dev/null || tools+=(clang libclang-rt-14-dev)
if [ ${#tools[@]} -gt 0 ]; then
    lack "${tools[*]}"
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${tools[@]}" >/dev/null
fi
count=0
for input in fixtures/*/input.*; do
    valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite build/dehusk <"$input" >/dev/null ||
        { say "slow: valgrind: $input"; exit 1; }
    count=$((count + 1))
done
echo "valgrind silent on $count fixtures"
script/build build-plain -Dbuildtype=debug -Doptimization=0 -Dsimd=false
bash tests/same.sh build build-san build-plain
bash tests/fuzz/run.sh build "${DEHUSK_FUZZ_SECONDS:-60}"
if [ -d "$eval_dir/wcxb/pages" ]; then
    ninja -C build --quiet tests/tree/compare
    for set in wcxb multilingual daniel portal dates; do
        printf '%s: ' "$set"
        build/tests/tree/compare "$eval_dir/$set"/pages/*.gz | tee build/tree-$set.txt | tail -n 1
    done
    awk '/differs/ {d++} / equal/ {n += $1 + $3} END {printf "%d of %d trees differ\n", d, n; exit d * 200 > n}' build/tree-*.txt
else
    echo "trees of annotated pages: skipped, no folder $eval_dir"
fi
