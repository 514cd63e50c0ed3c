# shellcheck shell=bash
# A Postgres and a Redis from the packages of the system.

# Starts a cluster for this run. Sets $system_postgres, its URL without a database, and $postgres_pid.
start_postgres() {
  local bin home=$WORK/postgres port password=ci-password
  bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1)
  psql=$bin/psql
  port=$(free_port)
  mkdir "$home"
  printf '%s' "$password" >"$home/password"
  chown -R postgres:postgres "$home"
  "${as_postgres[@]}" "$bin/initdb" -D "$home/data" -U proofline -A scram-sha-256 --pwfile="$home/password" -E UTF8 \
    --locale=C.UTF-8 >"$WORK/initdb.log" || { cat "$WORK/initdb.log"; return 1; }
  "${as_postgres[@]}" "$bin/postgres" -D "$home/data" -c listen_addresses=127.0.0.1 -p "$port" -k "$home" >"$WORK/postgres.log" 2>&1 &
  postgres_pid=$!
  started+=("$postgres_pid")
  system_postgres=postgres://proofline:$password@127.0.0.1:$port
  for _ in $(seq 300); do
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && return 0
    sleep 0.1
  done
  cat "$WORK/postgres.log"
  return 1
}

# sql URL STATEMENT: the rows, without a heading.
sql() { "$psql" -X -At "$1" -c "$2"; }

# Creates an empty database and sets $database, its URL: create_database NAME
create_database() {
  sql "$system_postgres/postgres" "CREATE DATABASE $1" >/dev/null
  database=$system_postgres/$1
}

# Starts a Redis without files. Sets $redis_port and $redis_pid.
start_redis() {
  local home=$WORK/redis
  redis_port=$(free_port)
  mkdir "$home"
  redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$home" --save '' --appendonly no >"$home/log" &
  redis_pid=$!
  started+=("$redis_pid")
}

# Counts the keys that match a pattern.
redis_keys() { redis-cli -h 127.0.0.1 -p "$redis_port" KEYS "$1" | sed '/^$/d' | wc -l; }
