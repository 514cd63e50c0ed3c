# shellcheck shell=bash
# Counts what passed and what failed.

passed=0
failed=0
failures=()

heading() { printf '\n=== %s (after %d s)\n\n' "$*" "$SECONDS"; }

ok() {
  passed=$((passed + 1))
  printf '  ok      %s\n' "$1"
}

# bad WHAT [COUNT]
bad() {
  failed=$((failed + ${2:-1}))
  failures+=("$1")
  printf '  FAILED  %s\n' "$1"
}

# check WHAT COMMAND...
check() {
  local what=$1
  shift
  if "$@"; then ok "$what"; else bad "$what"; fi
}

equals() { [[ $1 == "$2" ]] || { echo "got $1, expected $2"; return 1; }; }
contains() { [[ $1 == *"$2"* ]] || { echo "got $1, expected $2 in it"; return 1; }; }

# Runs a command that runs Jest and adds the counts of its summary: count_jest WHAT COMMAND...
count_jest() {
  local what=$1 log status=0 good poor
  shift
  log=$(mktemp "$WORK/jest-XXXX.log")
  "$@" 2>&1 | tee "$log" || status=$?
  read -r good poor < <(awk '
    $1 == "Tests:" {
      for (i = 2; i < NF; i++) {
        if ($(i + 1) ~ /^passed/) good += $i
        if ($(i + 1) ~ /^failed/) poor += $i
      }
    }
    END { print good + 0, poor + 0 }' "$log")
  # A suite that does not load, or a log with a secret in it, fails without a failed test.
  if ((poor == 0 && (status != 0 || good == 0))); then poor=1; fi
  passed=$((passed + good))
  if ((poor > 0)); then bad "$what: $poor failed" "$poor"; fi
  printf '\n  %s: %d passed, %d failed\n' "$what" "$good" "$poor"
}

# Runs Jest within the time limit and keeps its results for check_skipped: run_jest NAME WHAT COMMAND...
run_jest() {
  local name=$1 what=$2
  shift 2
  count_jest "$what" "${limited[@]}" "$@" --json --outputFile="$WORK/results/$name.json"
}

# The same in the background. "count_jest WHAT outcome NAME" waits and counts: aside_jest NAME COMMAND...
aside_jest() {
  local name=$1
  shift
  aside "$name" "$@" --json --outputFile="$WORK/results/$name.json"
}

# Counts each test that every run skipped as failed.
check_skipped() {
  local never
  never=$(node .ci/lib/never-run.mjs "$WORK"/results/*.json) || { bad 'the results can be read'; return; }
  if [[ -z $never ]]; then
    ok 'every test ran'
  else
    bad "skipped in every run: ${never//$'\n'/, }" "$(wc -l <<<"$never")"
  fi
}
