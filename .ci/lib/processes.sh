# shellcheck shell=bash
# Starts processes and stops them by their id.

# Seconds. No part needs half of it. A part that hangs fails by name instead of ending the run.
readonly PART_LIMIT=${PART_LIMIT:-1500}
limited=(timeout --kill-after=30 "$PART_LIMIT")
started=()
declare -A asides=()

# Starts a command in the background and waits until it prints its address. Sets $pid, $log and $url.
start_listening() {
  log=$(mktemp "$WORK/log-XXXX")
  "$@" >"$log" 2>&1 &
  pid=$!
  started+=("$pid")
  for _ in $(seq 600); do
    url=$(grep -o 'listening on http://[^" ]*' "$log" | head -1 | cut -d' ' -f3 || true)
    if [[ -n $url ]]; then return 0; fi
    if ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.1
  done
  cat "$log"
  return 1
}

# Sends SIGTERM, after 30 s SIGKILL, and prints the exit code.
stop() {
  local status=0 others=() other
  for other in "${started[@]}"; do [[ $other == "$1" ]] || others+=("$other"); done
  # The system may give the id to another process.
  started=("${others[@]}")
  kill -TERM "$1" 2>/dev/null || true
  for _ in $(seq 300); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || status=$?
  printf '%d\n' "$status"
}

ends_with_0() {
  # A subshell cannot wait for a process of its parent.
  stop "$1" >"$WORK/status"
  equals "exit code $(<"$WORK/status")" 'exit code 0'
}

# Runs a command in the background: aside NAME COMMAND...
aside() {
  local name=$1
  shift
  # A process group of its own, so that all of it can be ended.
  # shellcheck disable=SC2016 # the inner shell expands these
  setsid "${limited[@]}" bash -c '"$@" >"$0.log" 2>&1; echo $? >"$0.status"' "$WORK/$name" "$@" &
  asides[$name]=$!
}

# Waits for a background command, prints its output and returns its status: outcome NAME
outcome() {
  while [[ ! -s $WORK/$1.status ]] && kill -0 "${asides[$1]}" 2>/dev/null; do sleep 0.5; done
  cat "$WORK/$1.log"
  # No status: the command hit the time limit, was killed, or the disk is full.
  [[ -s $WORK/$1.status ]] || return 1
  return "$(<"$WORK/$1.status")"
}

end_processes() {
  local name id
  for name in "${!asides[@]}"; do
    [[ -s $WORK/$name.status ]] || kill -TERM -- "-${asides[$name]}" 2>/dev/null
  done
  for id in "${started[@]}"; do stop "$id" >/dev/null 2>&1; done
}

# Succeeds once no process names the directory: nothing_runs_in DIRECTORY
nothing_runs_in() {
  for _ in $(seq 50); do
    pgrep -f -- "$1" >/dev/null || return 0
    sleep 0.1
  done
  pgrep -fa -- "$1"
  return 1
}
