# shellcheck shell=bash
# Requests to a running service.

# post URL JSON [FORMAT] and get URL [FORMAT]: print the body, or what curl's FORMAT selects.
post() { curl -sS -m 20 -H 'Content-Type: application/json' -d "$2" ${3:+-o /dev/null -w "$3"} "$1"; }
get() { curl -sS -m 20 ${2:+-o /dev/null -w "$2"} "$1"; }

# field NAME: the field of the JSON object on standard input.
field() { node -e 'console.log(JSON.parse(require("node:fs").readFileSync(0, "utf8"))[process.argv[1]])' "$1"; }

# newest_code SIMULATOR NUMBER: the newest code on the simulated phone.
newest_code() {
  get "$1/simulator/inbox?to=${2/+/%2B}" |
    node -e 'console.log(JSON.parse(require("node:fs").readFileSync(0, "utf8"))[0].code)'
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}
