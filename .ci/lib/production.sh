# shellcheck shell=bash
# Runs the result of the Dockerfile's steps as an ordinary user who cannot write to the directory, in the order of
# docs/production.md.

# Verifies a number with the built image on Node 24: check_production DATABASE_URL
check_production() {
  local database_url=$1 image settings simulator simulator_pid
  local -x PATH=$node_24:$PATH
  image=$(outcome image | tail -1) || { cat "$WORK/image.log"; bad 'the steps of the Dockerfile succeed'; return; }
  ok 'the steps of the Dockerfile succeed'
  check 'production runs on Node 24' contains "$(node --version)" v24.
  check 'the image has no simulator and no embedded Postgres' equals \
    "$(find "$image/dist" -name simulator -o -name 'embedded*' -o -name development -o -name development.js)" ''
  check_required_settings

  settings=(
    NODE_ENV=production HOST=127.0.0.1 PORT=0 DATABASE_URL="$database_url" OTP_COUNTRIES=US CALLERS=open
    OTP_SECRET="$(openssl rand -hex 32)" PROOF_PRIVATE_KEY="$(openssl genpkey -algorithm ed25519)"
    SINCH_APPLICATION_KEY=11111111-2222-4333-8444-555555555555 SINCH_APPLICATION_SECRET="$(openssl rand -base64 16)"
    SINCH_SMS_SERVICE_PLAN_ID=ci-plan SINCH_SMS_API_TOKEN="$(openssl rand -hex 16)"
    PROVIDER_ALLOW_LOOPBACK=true SHUTDOWN_DELAY_MS=500
  )
  start_listening env "${settings[@]}" NODE_ENV=development SIMULATOR_PORT=0 node dist/development/simulator/main.js ||
    { bad 'the simulator starts alone'; return; }
  ok 'the simulator starts alone'
  simulator=$url simulator_pid=$pid
  cd "$image"
  check 'migrations are a step of their own' contains "$("${as_user[@]}" "${settings[@]}" node scripts/migrate.mjs up)" 'applied '
  check_provider_codes
  check_own_codes
  cd "$ROOT"
  check 'the simulator ends with exit code 0 on SIGTERM' ends_with_0 "$simulator_pid"
}

# The functions below read the variables of check_production.

check_required_settings() {
  local name said
  said=$(cd "$image" && "${as_user[@]}" NODE_ENV=production node dist/server.js 2>&1) && bad 'production starts without settings'
  for name in CALLERS DATABASE_URL OTP_SECRET OTP_COUNTRIES PROOF_PRIVATE_KEY SINCH_APPLICATION_KEY SINCH_APPLICATION_SECRET; do
    check "production refuses to start without $name" contains "$said" "$name"
  done
}

check_provider_codes() {
  local command path
  mapfile -t command < <(node -p 'JSON.parse(/^CMD (.*)$/m.exec(require("node:fs").readFileSync(process.argv[1], "utf8"))[1]).join("\n")' "$ROOT/Dockerfile")
  start_listening "${as_user[@]}" "${settings[@]}" SINCH_VERIFICATION_URL="$simulator" "${command[@]}" ||
    { bad 'the built server starts in production'; return; }
  ok 'the built server starts in production'
  check 'it is alive' equals "$(get "$url/livez" '%{http_code}')" 200
  check 'it is ready' equals "$(get "$url/readyz" '%{http_code}')" 200
  for path in / /simulator /simulator/inbox /docs /openapi.json; do
    check "$path is not there in production" equals "$(get "$url$path" '%{http_code}')" 404
  done
  check 'it verifies a number' equals "$(verify "$DEMO_NUMBER")" verified
  check 'the user is verified in Postgres' equals "$(sql "$database_url" 'SELECT status FROM users')" verified
  check 'its log is one JSON object a line' node -e \
    'require("node:fs").readFileSync(process.argv[1], "utf8").trim().split("\n").forEach(JSON.parse)' "$log"
  check 'it ends with exit code 0 on SIGTERM' ends_with_0 "$pid"
}

check_own_codes() {
  # The cool-down of the demo number has not ended.
  local number=+14155552690 id code answer
  start_redis
  start_listening "${as_user[@]}" "${settings[@]}" VERIFICATION_PROVIDERS=local-code REDIS_URL="redis://127.0.0.1:$redis_port" \
    SINCH_SMS_URL="$simulator" OTP_BRAND=Harbour node dist/server.js || { bad 'the built server starts with Redis'; return; }
  ok 'the built server starts with Redis'
  id=$(request_code "$number") || true
  code=$(newest_code "$simulator" "$number") || true
  check 'our own code has six digits' test "${#code}" -eq 6
  check 'Redis holds the hash of the code' equals "$(redis_keys 'proofline:code:*')" 1
  answer=$(post "$url/verify-otp" "{\"verificationId\":\"$id\",\"code\":\"$code\"}") || true
  check 'our own code verifies a number' equals "$(field status <<<"$answer")" verified
  check 'Redis counts the client addresses' test "$(redis_keys 'proofline:ip:*')" -ge 1
  check 'the provider is in Postgres' equals "$(sql "$database_url" "SELECT provider FROM verifications WHERE id = '$id'")" local-code
  ends_with_0 "$redis_pid" || true
  check 'it answers without Redis' equals "$(get "$url/readyz" '%{http_code}')" 200
  check 'it ends with exit code 0 on SIGTERM with Redis gone' ends_with_0 "$pid"
}

request_code() { post "$url/request-otp" "{\"phoneNumber\":\"$1\"}" | field verificationId; }

# Requests a code for a number, checks it and prints the resulting status.
verify() {
  local id code
  id=$(request_code "$1") || true
  code=$(newest_code "$simulator" "$1") || true
  post "$url/verify-otp" "{\"verificationId\":\"$id\",\"code\":\"$code\"}" | field status
}
