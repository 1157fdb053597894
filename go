#!/usr/bin/env bash
# Everything this project does from a fresh Debian 12: see ./go help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

demo_recipe=examples/upconversion.toml
demo_folder=build/demo
demo_command() { build/release/apps/lanthorn/lanthorn run "$demo_recipe" -o "$demo_folder" --force; }

check_steps="format layers headers tidy downstream asan tsan fuzz options"

usage() {
    cat <<TEXT
./go demo             build the program, run the main example and name its report
./go test [--full]    build and run the tests; --full adds those labelled slow
./go check [STEP...]  what runs before a commit: $check_steps
                      --all lets tidy read every file, not only those changed
./go format           lets clang-format rewrite what is not in shape
./go bench [ARGS...]  build and run the benchmarks; ARGS go to each of them
./go help             this text

Each installs what is missing of packages.txt first (apt-get, with sudo where not root).
LANTHORN_NO_INSTALL=1 leaves packages alone. LANTHORN_JOBS=N sets how many jobs run at once.
TEXT
}

jobs=${LANTHORN_JOBS:-$(nproc)}
logs=build/logs
started=$SECONDS
mkdir -p "$logs"
export LC_ALL=C.UTF-8
if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_C_COMPILER_LAUNCHER=ccache
fi

say() { printf '%s\n' "$*"; }
die() {
    printf '%s\n' "$@" >&2
    exit 1
}

took() {
    local s=$((SECONDS - $1))
    if ((s < 60)); then printf '%d s' "$s"; else printf '%d min %02d s' $((s / 60)) $((s % 60)); fi
}

# step WORDS LOG COMMAND...: runs quietly, says how long it took; on failure shows the end of the log.
step() {
    local words=$1 log=$logs/$2.log begin=$SECONDS status=0
    shift 2
    "$@" >"$log" 2>&1 || status=$?
    if ((status == 0)); then
        printf '%-44s %s\n' "$words" "$(took "$begin")"
    else
        tail -n 60 "$log" >&2
        printf '%-44s failed after %s; all of its output: %s\n' "$words" "$(took "$begin")" "$log" >&2
    fi
    return "$status"
}

packages_of() {
    awk -v wanted=" $* " '
        { sub(/#.*/, ""); gsub(/[ \t]/, "") }
        /^\[.*\]$/ { inside = index(wanted, " " substr($0, 2, length - 2) " "); next }
        length && inside' packages.txt
}

# need SECTION...: installs the packages of these sections that are missing.
need() {
    [[ -z ${LANTHORN_NO_INSTALL:-} ]] || return 0
    local names missing=() name
    mapfile -t names < <(packages_of "$@")
    ((${#names[@]})) || die "packages.txt lists nothing for: $*"
    if ! command -v dpkg-query >/dev/null; then
        say "Not a Debian system: make sure that these, or what your system calls them, are installed:" "${names[@]}"
        return 0
    fi
    for name in "${names[@]}"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0

    local root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || die "These packages are missing and there is no sudo; as root, run:" \
            "  apt-get install --no-install-recommends ${missing[*]}"
        root=(sudo)
        sudo -v || die "No right to install: ${missing[*]}"
    fi
    local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
    say "missing packages: ${missing[*]}"
    step "package lists" apt-update "${apt[@]}" update
    step "install ${#missing[@]} packages and what they need" apt-install \
        "${apt[@]}" install --yes --no-install-recommends "${missing[@]}"
}

# configure PRESET [OPTION...]
configure() {
    local preset=$1
    shift
    step "configure $preset" "configure-$preset" cmake --preset "$preset" "$@"
}

# make_targets PRESET [TARGET...]: on a terminal the build shows its own progress.
make_targets() {
    local preset=$1 targets=() begin=$SECONDS
    shift
    (($# == 0)) || targets=(--target "$@")
    if [[ -t 1 ]]; then
        cmake --build "build/$preset" --parallel "$jobs" "${targets[@]}" || die "The build failed: build/$preset"
        printf '%-44s %s\n' "build $preset" "$(took "$begin")"
    else
        step "build $preset" "build-$preset" cmake --build "build/$preset" --parallel "$jobs" "${targets[@]}"
    fi
}

# Random tests start from the commit, so that an alarm can be replayed: set LANTHORN_TEST_SEED to what was printed.
set_seed() {
    local head
    head=$(git rev-parse HEAD 2>/dev/null || printf '%040d' 1)
    export LANTHORN_TEST_SEED=${LANTHORN_TEST_SEED:-0x${head:0:16}}
    say "LANTHORN_TEST_SEED=$LANTHORN_TEST_SEED"
}

demo() {
    need build
    configure release
    make_targets release lanthorn
    say ""
    demo_command
    [[ -s $demo_folder/report.html ]] || die "The run left no report: $demo_folder/report.html"
    say "" "All done in $(took "$started"). Open the report: $PWD/$demo_folder/report.html"
}

run_tests() {
    local filter=(--label-exclude '^slow$') status=0 begin
    case ${1:-} in
        --full) filter=() ;;
        "") ;;
        *) die "./go test takes --full or nothing, not: $1" ;;
    esac
    need build test
    configure checked
    make_targets checked
    set_seed
    begin=$SECONDS
    ctest --test-dir build/checked --parallel "$jobs" --output-on-failure --no-tests=error "${filter[@]}" 2>&1 |
        tee "$logs/test.log" || status=$?
    say "tests $(took "$begin"), all together $(took "$started")"
    grep -E '^[0-9]+% tests passed' "$logs/test.log" || true
    return "$status"
}

# Files of ours, tracked or new; those planted to be wrong are left as they are.
cpp_files() { git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' ':!tests/layers/planted' | existing; }
existing() { while IFS= read -r f; do [[ ! -f $f ]] || printf '%s\n' "$f"; done; }

# Files that differ from where this branch left the main one; on the main branch itself, from the commit before.
changed_files() {
    local base="" branch
    for branch in origin/main main; do
        base=$(git merge-base HEAD "$branch" 2>/dev/null) && break
    done
    if [[ -z $base || $base == "$(git rev-parse HEAD)" ]]; then
        base=$(git rev-parse --verify --quiet HEAD^) || base=$(git hash-object -t tree /dev/null)
    fi
    { git diff --name-only --diff-filter=d "$base" && git ls-files --others --exclude-standard; } | sort -u | existing
}

check_format() { cpp_files | tr '\n' '\0' | xargs -0 -r clang-format-19 --dry-run -Werror; }

format() {
    need check
    cpp_files | tr '\n' '\0' | xargs -0 -r clang-format-19 -i
}

check_layers() { python3 tools/layers.py; }

check_headers() {
    cmake --preset checked && cmake --build build/checked --parallel "$jobs" --target header_isolation
}

check_tidy() {
    local files
    cmake --preset checked && cmake --build build/checked --parallel "$jobs" || return 1
    if [[ $tidy_all == yes ]]; then files=$(cpp_files); else files=$(changed_files); fi
    files=$(grep -E '^(src|apps)/.*\.cpp$' <<<"$files" || true)
    [[ -n $files ]] || { say "no source changed" && return 0; }
    tr '\n' '\0' <<<"$files" | xargs -0 -r -n 1 -P "$jobs" \
        clang-tidy-19 --quiet --warnings-as-errors='*' -p build/checked --extra-arg=-Wno-unknown-warning-option
}

check_downstream() {
    cmake --preset checked && cmake --build build/checked --parallel "$jobs" || return 1
    rm -rf build/install build/downstream
    cmake --install build/checked --prefix "$PWD/build/install" >/dev/null &&
        cmake -S tests/downstream -B build/downstream -G Ninja -DCMAKE_PREFIX_PATH="$PWD/build/install" &&
        cmake --build build/downstream && build/downstream/downstream &&
        build/install/bin/lanthorn --version
}

# sanitized PRESET ENVIRONMENT...: builds and runs the tests labelled unit or threads.
sanitized() {
    local preset=$1
    shift
    cmake --preset "$preset" && cmake --build "build/$preset" --parallel "$jobs" --target sanitizer_tests &&
        env "$@" ctest --test-dir "build/$preset" --parallel "$jobs" --output-on-failure --no-tests=error \
            --label-regex '^(unit|threads)$' --label-exclude '^slow$'
}

check_asan() {
    sanitized asan ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
}

check_tsan() {
    # The thread sanitizer's fixed memory map does not survive full address randomisation.
    local wrap=()
    if setarch --addr-no-randomize true 2>/dev/null; then wrap=(setarch --addr-no-randomize); fi
    sanitized tsan TSAN_OPTIONS=halt_on_error=1 "${wrap[@]}"
}

check_fuzz() {
    local target name
    cmake --preset fuzz && cmake --build build/fuzz --parallel "$jobs" --target fuzz || return 1
    for target in build/fuzz/tests/fuzz/fuzz_*; do
        [[ -x $target && -f $target ]] || continue
        name=${target##*/fuzz_}
        mkdir -p "build/fuzz/found/$name"
        say "fuzz $name"
        "$target" -max_total_time="${LANTHORN_FUZZ_SECONDS:-5}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
            -artifact_prefix="build/fuzz/found/$name-" "build/fuzz/found/$name" "tests/fuzz/corpus/$name" || return 1
    done
}

check_options() {
    cmake --preset plain && cmake --build build/plain --parallel "$jobs" --target sanitizer_tests lanthorn &&
        ctest --test-dir build/plain --parallel "$jobs" --output-on-failure --no-tests=error --label-regex '^unit$'
}

run_check() {
    local steps=() failed=() name
    tidy_all=no
    for name in "$@"; do
        if [[ $name == --all ]]; then tidy_all=yes
        elif [[ " $check_steps " == *" $name "* ]]; then steps+=("$name")
        else die "No such step: $name. There are: $check_steps"
        fi
    done
    ((${#steps[@]})) || read -ra steps <<<"$check_steps"
    need build test check
    set_seed
    for name in "${steps[@]}"; do
        step "check $name" "check-$name" "check_$name" || failed+=("$name")
    done
    if ((${#failed[@]})); then
        die "" "Failed: ${failed[*]} (of ${steps[*]}), $(took "$started")"
    fi
    say "All checks passed: ${steps[*]}, $(took "$started")"
}

bench() {
    local program
    need build bench
    configure release -DLANTHORN_BENCH=ON
    make_targets release
    for program in build/release/bench/bench_*; do
        [[ -x $program && -f $program ]] || continue
        say "" "${program##*/}"
        "$program" "$@"
    done
}

verb=${1:-help}
(($# == 0)) || shift
case $verb in
    demo) demo "$@" ;;
    test) run_tests "$@" ;;
    check) run_check "$@" ;;
    format) format ;;
    bench) bench "$@" ;;
    help | -h | --help) usage ;;
    *) usage >&2 && die "" "No such thing: ./go $verb" ;;
esac
