import { Socket } from 'node:net';
import pg from 'pg';

/** Maximum wait for the server to close a connection. */
const END_TIMEOUT_MS = 250;

/**
 * Settings that the code relies on; a database or role may have others. Poolers in transaction mode accept this
 * query, and PgBouncer carries the first two to each of its connections.
 */
const SESSION = `SELECT set_config('DateStyle', 'ISO, MDY', false), set_config('standard_conforming_strings', 'on', false),
  set_config('default_transaction_isolation', 'read committed', false), current_setting('server_encoding') AS encoding`;

/** PgBouncer refuses a startup parameter that `ignore_startup_parameters` does not list. */
const REFUSED_PARAMETER = /^unsupported startup parameter(?: in options)?: (\w+)/;
const NO_TIMEOUTS = {
  statement_timeout: undefined,
  lock_timeout: undefined,
  idle_in_transaction_session_timeout: undefined,
};
/** False once a pooler has refused them: new connections then leave them to the role (docs/production.md). */
let sendsTimeouts = true;

/** The database or its pooler cannot serve until an operator changes it. */
export class UnsupportedDatabaseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnsupportedDatabaseError';
  }
}

/** A pooler has refused the time limits. The next connection does not ask for them. */
export class TimeoutsRefusedError extends Error {
  constructor(cause: unknown) {
    super('The pooler refuses time limits; connecting again without them', { cause });
    this.name = 'TimeoutsRefusedError';
  }
}

/**
 * A `pg` client with the session settings that the code relies on. It closes its socket when the server sends
 * nothing for `query_timeout` milliseconds. The query fails with `Query read timeout` and the pool replaces
 * the connection. `end()` has a short timeout too.
 *
 * `pg` itself only stops waiting, so the connection stays occupied. Its timer per query also keeps every
 * query and its rows alive until the next major GC; here one timer serves the connection.
 */
export class TimeoutClient extends pg.Client {
  /** Id of the server process; the types of `pg` omit it. */
  declare readonly processID: number | null;
  readonly #socket: Socket;
  #isBusy = false;

  constructor({ query_timeout: timeoutMs, ...config }: pg.ClientConfig) {
    const socket = new Socket();
    super({ ...config, ...(!sendsTimeouts && NO_TIMEOUTS), stream: () => socket });
    this.#socket = socket;
    // The query also fails with this error. Without a listener, the event would end the process.
    this.on('error', () => undefined);
    if (timeoutMs) this.#watchQueries(timeoutMs);
    this.#before('end', () => setTimeout(() => this.#socket.destroy(), END_TIMEOUT_MS).unref());
  }

  /** Whether a query is in progress. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** @throws UnsupportedDatabaseError when the database is not encoded in UTF-8 */
  override connect(): Promise<this>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<this> | void {
    const connected = this.#connect();
    if (!callback) return connected;
    const answer = callback as (error?: unknown) => void;
    connected.then(
      () => process.nextTick(answer),
      (error: unknown) => process.nextTick(answer, error),
    );
  }

  async #connect(): Promise<this> {
    try {
      await super.connect();
      const { rows } = await this.query<{ encoding: string }>(SESSION);
      const encoding = rows[0]?.encoding ?? 'nothing';
      if (encoding === 'UTF8') return this;
      throw new UnsupportedDatabaseError(
        `The database is encoded in ${encoding}, and the service needs UTF-8. ` +
          "Create it with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
      );
    } catch (error) {
      // The pools drop a client that fails to connect without closing it.
      this.end().catch(() => undefined);
      throw refusalOf(error) ?? error;
    }
  }

  #watchQueries(timeoutMs: number): void {
    const timer = setTimeout(() => {
      if (this.#isBusy) this.#socket.destroy(new Error('Query read timeout'));
    }, timeoutMs).unref();
    this.on('drain', () => (this.#isBusy = false));
    this.once('end', () => clearTimeout(timer));
    this.#before('query', () => {
      this.#isBusy = true;
      timer.refresh();
    });
  }

  /** Runs `act` before each call of an overloaded method. */
  #before(name: 'query' | 'end', act: () => void): void {
    const method = this[name].bind(this) as (...args: unknown[]) => unknown;
    Object.assign(this, {
      [name]: (...args: unknown[]) => {
        act();
        return method(...args);
      },
    });
  }
}

/** The error of a pooler that refuses a startup parameter. */
function refusalOf(error: unknown): Error | undefined {
  const refused = REFUSED_PARAMETER.exec(error instanceof Error ? error.message : '')?.[1];
  if (refused === undefined) return undefined;
  if (!(refused in NO_TIMEOUTS)) {
    return new UnsupportedDatabaseError(
      `The pooler refuses the startup parameter ${refused}. ` +
        'Instead of options in DATABASE_URL, use ALTER ROLE … SET, such as ALTER ROLE … SET search_path',
    );
  }
  sendsTimeouts = false;
  return new TimeoutsRefusedError(error);
}
