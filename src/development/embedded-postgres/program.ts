/** Nothing of ours: PGDATA, PGPORT and the like would be obeyed. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };
}

/** The error for a program of the server that the system would not start. */
export function startupError(cause: Error): Error {
  const hint = 'the embedded database cannot run here; set DATABASE_URL to use another Postgres';
  return new Error(`${cause.message}: ${hint}`, { cause });
}
