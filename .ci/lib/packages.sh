# shellcheck shell=bash
# Installs what the system lacks.

readonly SERVICE_POLICY=/usr/sbin/policy-rc.d
made_policy=false

install_packages() {
  local wanted=() program
  # A page in the shell takes a third of the CPU time. Without it, the tests use the whole Chromium. The two are
  # installed together, because Debian requires equal versions.
  [[ -x /usr/bin/chromium-headless-shell ]] || install_with_apt chromium chromium-headless-shell ||
    echo 'no headless shell'
  [[ -x /usr/bin/chromium ]] || wanted+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || wanted+=(postgresql)
  command -v redis-server >/dev/null || wanted+=(redis-server)
  [[ -x /usr/sbin/pgbouncer ]] || wanted+=(pgbouncer)
  command -v pgrep >/dev/null || wanted+=(procps)
  for program in curl git openssl; do command -v "$program" >/dev/null || wanted+=("$program"); done
  if ((${#wanted[@]} == 0)); then return; fi
  echo "missing: ${wanted[*]}"
  install_with_apt "${wanted[@]}" || { sleep 10 && install_with_apt "${wanted[@]}"; }
}

install_with_apt() {
  local apt=(apt-get -y --no-install-recommends install)
  export DEBIAN_FRONTEND=noninteractive
  apt-get update || return 1
  if [[ " $* " == *' postgresql '* ]]; then
    # Only the programs: the package must not create a cluster.
    "${apt[@]}" postgresql-common || return 1
    sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  fi
  without_services "${apt[@]}" "$@"
}

# Runs a command while no package may start a service. The tests start their own.
without_services() {
  local status=0
  if [[ -e $SERVICE_POLICY ]]; then
    "$@"
    return
  fi
  made_policy=true
  install -m 755 /dev/stdin "$SERVICE_POLICY" <<<$'#!/bin/sh\nexit 101'
  "$@" || status=$?
  allow_services
  return "$status"
}

allow_services() {
  if $made_policy; then rm -f "$SERVICE_POLICY"; fi
  made_policy=false
}

# Installs Node 24 beside the Node of the run. Sets $node_24, the directory of its program.
install_node_24() {
  local package
  package=node-linux-$(node -p process.arch)
  npm install --prefix "$WORK/node-24" --no-audit --no-fund "$package@24"
  node_24=$WORK/node-24/node_modules/$package/bin
}
