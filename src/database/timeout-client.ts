import { Socket } from 'node:net';
import pg from 'pg';

/** Maximum wait for the server to close a connection. */
const END_TIMEOUT_MS = 250;

/**
 * A `pg` client that closes its socket when the server sends nothing for `query_timeout` milliseconds. The
 * query fails with `Query read timeout` and the pool replaces the connection. `end()` has a short timeout
 * too.
 *
 * `pg` itself only stops waiting, so the connection stays occupied. Its timer per query also keeps every
 * query and its rows alive until the next major GC; here one timer serves the connection.
 */
export class TimeoutClient extends pg.Client {
  readonly #socket: Socket;
  #isBusy = false;

  constructor({ query_timeout: timeoutMs, ...config }: pg.ClientConfig) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
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
