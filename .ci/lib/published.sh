# shellcheck shell=bash
# The packages that applications install: packed, installed into a fresh project and used there.

# Packs, installs and checks in the background. Waits for the tools of begin_api_tools.
begin_published() {
  mkdir "$WORK/published"
  # shellcheck disable=SC2016 # the inner shell expands these
  aside published bash -c 'until [[ -s $1/api-tools.status ]]; do sleep 1; done
    nice -n 19 node .ci/published/check.mjs "$1/published" "$1/tools"' published "$WORK"
}

# Counts the lines of the script.
check_published() {
  local log=$WORK/published.log status=0 good poor
  outcome published || status=$?
  good=$(grep -c '^ok ' "$log" || true)
  poor=$(grep -c '^FAILED ' "$log" || true)
  # A script that broke off may have no failed check.
  if ((poor == 0 && (status != 0 || good == 0))); then poor=1; fi
  passed=$((passed + good))
  if ((poor > 0)); then bad "the published packages: $poor failed" "$poor"; fi
  printf '\n  the published packages: %d passed, %d failed\n' "$good" "$poor"
}
