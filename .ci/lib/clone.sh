# shellcheck shell=bash
# What the README promises for a fresh clone.

# Clones the repository and runs npm ci in the background: begin_clone NAME PREFIX...
begin_clone() {
  local name=$1 owner=root
  shift
  if [[ $name == user ]]; then owner=$USER_NAME; fi
  # shellcheck disable=SC2016 # the inner shell expands these
  aside "clone-$name" bash -c 'git clone --quiet "$1" "$2" && chown -R "$3:$3" "$2" && cd "$2" && shift 3 && "$@" npm ci --no-audit --no-fund' \
    clone "$ROOT" "$WORK/clone-$name" "$owner" "$@"
}

# Runs the first steps of the README in the clone: check_clone NAME PREFIX...
check_clone() {
  local name=$1 clone=$WORK/clone-$1 begun
  shift
  if ! outcome "clone-$name"; then bad "$name: npm ci"; return; fi
  ok "$name: npm ci"
  cd "$clone"
  begun=$SECONDS
  if ! start_listening "$@" PORT=0 npm start; then bad "$name: npm start"; cd "$ROOT"; return; fi
  ok "$name: npm start"
  check "$name: ready within 15 s" test $((SECONDS - begun)) -le 15
  check "$name: the demo page answers" equals "$(get "$url/" '%{http_code}')" 200
  check_printed_commands "$name" "$@"
  check_wrong_codes "$name"
  if [[ $name == root ]]; then check_api_tools "$name"; fi
  check "$name: it ends with exit code 0 on SIGTERM" ends_with_0 "$pid"
  check "$name: no process is left running" nothing_runs_in "$clone"
  check "$name: the work tree is clean" equals "$("$@" git status --porcelain)" ''
  # Root has run the whole suite. Only the embedded Postgres depends on the account.
  if [[ $name == user ]]; then run_jest user "$name: npm test" "$@" npm test -- embedded otp/request-otp; fi
  cd "$ROOT"
}

# The two curl lines that npm start prints: check_printed_commands NAME PREFIX...
check_printed_commands() {
  local name=$1 lines database_url
  shift
  for _ in $(seq 50); do
    [[ $(grep -c '^ *curl ' "$log") == 2 ]] && break
    sleep 0.1
  done
  mapfile -t lines < <(grep '^ *curl ' "$log")
  check "$name: it prints two curl lines" equals "${#lines[@]}" 2
  check "$name: the first one sends a code" contains "$(bash -c "${lines[0]-}")" 'OTP sent successfully.'
  check "$name: the second one checks it" contains "$(bash -c "${lines[1]-}")" '"status":"verified"'
  database_url=$("$@" node scripts/embedded-postgres.mjs start .data/postgres) || true
  check "$name: the user is verified in Postgres" equals \
    "$(sql "$database_url" "SELECT status FROM users WHERE phone_number = '$DEMO_NUMBER'")" verified
}

check_wrong_codes() {
  local name=$1 number=+14155552672 id wrong=0000
  id=$(post "$url/request-otp" "{\"phoneNumber\":\"$number\"}" | field verificationId) || true
  if [[ $(newest_code "$url" "$number") == "$wrong" ]]; then wrong=0001; fi
  guess() { post "$url/verify-otp" "{\"verificationId\":\"$id\",\"code\":\"$wrong\"}"; }
  check "$name: a wrong code leaves 4 attempts" equals "$(guess | field attemptsRemaining)" 4
  for _ in 2 3 4 5; do guess >"$WORK/answer" || true; done
  check "$name: the sixth attempt is refused" equals "$(guess | field code)" attempts_exhausted
}
