import pg from 'pg';

interface Internals {
  connection: { stream: { destroy(reason: Error): void } };
}

/**
 * A `pg` client that hangs up on a server which says nothing about a query for `query_timeout` milliseconds: what was asked fails
 * with `Query read timeout`, and the pool replaces the connection.
 *
 * `pg` itself only stops waiting: the connection stays occupied, and whatever follows on it, a ROLLBACK for one, waits a whole
 * time-out again. It also makes a timer and two functions for each query, by which V8 takes every one of them, its rows
 * included, for old enough to be kept until it next looks through its whole memory. Here one timer serves the connection.
 */
export class ImpatientClient extends pg.Client {
  #isAsked = false;

  constructor({ query_timeout: patienceMs, ...config }: pg.ClientConfig) {
    super(config);
    if (!patienceMs) return;
    const watch = setTimeout(() => this.#hangUpIfAsked(), patienceMs).unref();
    this.on('drain', () => (this.#isAsked = false));
    this.once('end', () => clearTimeout(watch));
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((...given: unknown[]) => {
      this.#isAsked = true;
      watch.refresh();
      return query(...given);
    }) as typeof this.query;
  }

  #hangUpIfAsked(): void {
    if (!this.#isAsked) return;
    const { connection } = this as unknown as Internals;
    connection.stream.destroy(new Error('Query read timeout'));
  }
}
