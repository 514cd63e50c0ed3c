# shellcheck shell=bash
# The environment of a run, its temporary directory, its accounts, and the clean-up at the end.

readonly ROOT=$PWD
readonly USER_NAME=proofline-ci-$$
readonly DEMO_NUMBER=+14155552671

export CI=true NO_COLOR=1
# The checkout may belong to another account than root.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
unset NODE_ENV HOST PORT DATABASE_URL

# Command prefixes, not functions: a background job must have the process id of the command itself.
as_root=(env)
as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
as_user=()

WORK=
made_user=false
complete=false

# Creates the temporary directory and installs the clean-up.
begin_run() {
  if ((EUID != 0)); then
    echo 'Run this as root: it installs packages and acts as other accounts.'
    exit 1
  fi
  WORK=$(mktemp -d /tmp/proofline-ci-XXXXXXXX)
  readonly WORK
  chmod 755 "$WORK"
  # Several accounts write results.
  mkdir -m 1777 "$WORK/results"
  trap finish EXIT
}

# Creates an ordinary account and sets the prefix as_user.
make_user() {
  useradd --no-create-home --home-dir "$WORK/home" --user-group "$USER_NAME"
  made_user=true
  mkdir "$WORK/home"
  chown "$USER_NAME:$USER_NAME" "$WORK/home"
  as_user=(setpriv "--reuid=$USER_NAME" "--regid=$USER_NAME" --clear-groups env "HOME=$WORK/home")
  # The new account has no npm configuration.
  as_user+=("npm_config_registry=$(npm config get registry)")
}

finish() {
  local status=$? what
  trap - EXIT
  set +e
  end_processes
  if $made_user; then userdel "$USER_NAME"; fi
  allow_services
  rm -rf "$WORK"
  if ! $complete; then bad "the run ended early, with status $status"; fi
  heading 'Result'
  for what in "${failures[@]}"; do printf '  FAILED  %s\n' "$what"; done
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  exit $((failed > 0))
}
