/** Inherits nothing: Postgres would obey PGDATA, PGPORT and the like. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };
}

/** Adds the way out (DATABASE_URL) to an error of a Postgres program. */
export function startupError(cause: Error): Error {
  const hint =
    'the embedded Postgres cannot run on this system; set DATABASE_URL to use another server';
  return new Error(`${cause.message}: ${hint}`, { cause });
}
