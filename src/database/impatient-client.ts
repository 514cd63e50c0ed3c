import pg from 'pg';

interface Internals {
  connection: { stream: { destroy(reason?: Error): void } };
}

/** Milliseconds. A pool says goodbye to one connection after the other. */
const FAREWELL_MS = 250;

/**
 * A `pg` client that hangs up on a server which says nothing about a query for `query_timeout` milliseconds: what was asked fails
 * with `Query read timeout`, and the pool replaces the connection. Nor does it wait long for an answer to its goodbye.
 *
 * `pg` itself only stops waiting: the connection stays occupied, and whatever follows on it, a ROLLBACK for one, waits a whole
 * time-out again. It also makes a timer and two functions for each query, by which V8 takes every one of them, its rows
 * included, for old enough to be kept until it next looks through its whole memory. Here one timer serves the connection.
 */
export class ImpatientClient extends pg.Client {
  #isAsked = false;

  constructor({ query_timeout: timeoutMs, ...config }: pg.ClientConfig) {
    super(config);
    if (timeoutMs) this.#watchQueries(timeoutMs);
    this.#before('end', () => setTimeout(() => this.#hangUp(), FAREWELL_MS).unref());
  }

  #watchQueries(timeoutMs: number): void {
    const watch = setTimeout(() => {
      if (this.#isAsked) this.#hangUp(new Error('Query read timeout'));
    }, timeoutMs).unref();
    this.on('drain', () => (this.#isAsked = false));
    this.once('end', () => clearTimeout(watch));
    this.#before('query', () => {
      this.#isAsked = true;
      watch.refresh();
    });
  }

  /** Does this first, each time that a method is called, which may be in many ways. */
  #before(name: 'query' | 'end', act: () => void): void {
    const method = this[name].bind(this) as (...given: unknown[]) => unknown;
    Object.assign(this, {
      [name]: (...given: unknown[]) => {
        act();
        return method(...given);
      },
    });
  }

  #hangUp(reason?: Error): void {
    (this as unknown as Internals).connection.stream.destroy(reason);
  }
}
