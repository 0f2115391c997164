# shellcheck shell=bash
# Shared by the scripts beside it; sourced, never run. Leaves the caller in the repository's root.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PWD/target/tools/bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

say() { if [[ -t 1 ]]; then printf '\033[1m%s\033[0m\n' "$*"; else printf '%s\n' "$*"; fi; }
complain() { printf '%s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

# The first Python that can make a virtual environment. Debian's has that in a package of its own.
python_with_venv() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            echo "$python"
            return
        fi
    done
    return 1
}

# --- steps and their summary ------------------------------------------------------------------------------
# `step NAME COMMAND...` runs the command, remembers how it went and goes on: one run shows everything that is wrong.
# A script that another script called writes into its caller's list and leaves the summary to it.

list_of_steps() {
    if [[ -z ${ALBUMEN_STEPS:-} ]]; then
        ALBUMEN_STEPS=$(mktemp)
        export ALBUMEN_STEPS
        steps_are_mine=1
    fi
}

step() {
    local name=$1 began=$SECONDS outcome=passed
    shift
    list_of_steps
    say "== $name"
    "$@" || outcome=FAILED
    printf '%s\t%s\t%d s\n' "$outcome" "$name" $((SECONDS - began)) >>"$ALBUMEN_STEPS"
}

not_checked() { # NAME WHY
    list_of_steps
    printf 'NOT CHECKED\t%s\t%s\n' "$1" "$2" >>"$ALBUMEN_STEPS"
}

# Ends the script: prints the list when it is ours, and fails when any step did.
finish_steps() {
    local failed=0
    if grep -q '^FAILED' "$ALBUMEN_STEPS"; then failed=1; fi
    if [[ -n ${steps_are_mine:-} ]]; then
        say "== summary"
        awk -F '\t' '{ printf "%-12s %-44s %s\n", $1, $2, $3 }' "$ALBUMEN_STEPS"
        rm -f "$ALBUMEN_STEPS"
    fi
    exit "$failed"
}

# --- a display of our own ---------------------------------------------------------------------------------

# `start_display WxH` starts an X server nobody looks at on a free number and exports DISPLAY.
# `stop_display` ends it; put it in the EXIT trap.
display_pids=()
start_display() {
    local dir number
    dir=$(mktemp -d)
    mkfifo "$dir/number"
    Xvfb -displayfd 3 -screen 0 "${1}x24" -nolisten tcp -noreset 3>"$dir/number" 2>"$dir/log" &
    display_pids+=($!)
    if ! read -r -t 30 number <"$dir/number"; then
        complain "Xvfb did not start:" "$(cat "$dir/log")"
        rm -rf "$dir"
        return 1
    fi
    rm -rf "$dir"
    export DISPLAY=":$number"
    unset WAYLAND_DISPLAY
}

# Gives the display a window manager, for what needs focus, stacking or drags.
start_window_manager() {
    openbox >/dev/null 2>&1 &
    display_pids+=($!)
    until_true 30 window_manager_answers || complain "openbox did not start: windows have no focus"
}
window_manager_answers() { xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q 'window id'; }

stop_display() {
    local i
    for ((i = ${#display_pids[@]} - 1; i >= 0; i--)); do
        kill "${display_pids[i]}" 2>/dev/null || true
        wait "${display_pids[i]}" 2>/dev/null || true
    done
    display_pids=()
}

# `until_true SECONDS COMMAND...` asks until the command says yes.
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        if ((SECONDS >= deadline)); then return 1; fi
        sleep 0.1
    done
}
