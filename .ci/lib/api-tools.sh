# shellcheck shell=bash
# The OpenAPI document and the Postman collection, with the tools that people use them with.

# Installs the tools in the background, from their own lockfile.
begin_api_tools() {
  mkdir "$WORK/tools"
  cp .ci/tools/package.json .ci/tools/package-lock.json "$WORK/tools"
  aside api-tools npm ci --prefix "$WORK/tools" --ignore-scripts --no-audit --no-fund
}

# Lints the document of this checkout and runs the collection against the service at $url: check_api_tools NAME
check_api_tools() {
  local name=$1 tools=$WORK/tools/node_modules/.bin
  if ! outcome api-tools; then bad "$name: the tools for the API install"; return; fi
  npm run --silent docs:openapi >"$WORK/openapi.json" || true
  check "$name: Redocly's recommended rules find nothing in the OpenAPI document" lint_openapi "$WORK/openapi.json"
  # Other numbers than those of the checks before: they have a cool-down.
  check "$name: the Postman collection runs in order" "$tools/newman" run docs/postman_collection.json \
    --env-var "baseUrl=$url" --env-var phoneNumber=+14155552673 --env-var otherNumber=+14155552674 --color off
}

# A warning counts like an error. Reads $tools of check_api_tools.
lint_openapi() {
  local -x REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
  local report=$WORK/openapi-lint.json
  "$tools/redocly" lint --extends recommended --format json "$1" >"$report" || true
  node -e '
    const { totals, problems } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    for (const { ruleId, message, location } of problems) console.log(ruleId, message, location[0]?.pointer);
    process.exit(totals.errors + totals.warnings > 0 ? 1 : 0);' "$report"
}
