#!/usr/bin/env bash
# Fuzzes the scanner, text mode, the whole way, model files, robots.txt, sitemaps and feeds, rules, each for a seventh of the time. The fuzzers are built with clang into a
# folder beside the build, which also keeps what they have learnt; inputs that break something are written there.
# usage: tests/fuzz/run.sh BUILD SECONDS [TARGET...]
. "$(dirname "$0")/../../script/common.sh"
[ $# -ge 2 ] || { say "usage: tests/fuzz/run.sh BUILD SECONDS [TARGET...]"; exit 2; }
dir=$1-fuzz
each=$((($2 + 6) / 7))
shift 2
[ $# -gt 0 ] || set -- scan text whole model robots guide rules
if [ ! -f "$dir/build.ninja" ]; then
    CC=clang CXX=clang++ meson setup "$dir" -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false \
        -Dfetch=disabled -Dc_args=-fsanitize=fuzzer-no-link -Dcpp_args=-fsanitize=fuzzer-no-link >"$dir.log" 2>&1 ||
        { cat "$dir.log" >&2; exit 1; }
    rm -f "$dir.log"
fi
ninja -C "$dir" --quiet tests/fuzz/{scan,text,whole,model,robots,guide,rules}_fuzz
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
for target; do
    learnt=$dir/corpus/$target
    mkdir -p "$learnt"
    log=$dir/$target.log
    # A case of 64 KB takes some ms with sanitizers on: ten seconds of it are a hang, or quadratic.
    if ! "$dir/tests/fuzz/${target}_fuzz" -max_total_time="$each" -timeout=10 -rss_limit_mb=3000 -max_len=65536 \
        -dict=tests/fuzz/html.dict -artifact_prefix="$dir/$target-" -print_final_stats=1 \
        "$learnt" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        say "fuzz: $target: broken by an input, see $dir/$target-*"
        exit 1
    fi
    printf 'fuzz: %s: %s inputs in %s s, all well\n' "$target" "$(awk '/number_of_executed_units/ {print $2}' "$log")" "$each"
done
