import pg from 'pg';

interface Internals {
  connection: { stream: { destroy(): void } };
}

/**
 * A `pg` client that hangs up on a server which let a query run into `query_timeout`.
 *
 * `pg` only stops waiting: the connection stays occupied, and whatever follows on it, a ROLLBACK for one, waits
 * a whole time-out again. Hung up, it fails at once and the pool replaces it.
 */
export class ImpatientClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...given: unknown[]) => unknown;
    this.query = ((...given: unknown[]) => {
      const callback = given.at(-1);
      if (typeof callback !== 'function') return this.#watchPromise(query(...given));
      return query(...given.slice(0, -1), (error: unknown, result: unknown) => {
        this.#hangUpIfSilent(error);
        (callback as (error: unknown, result: unknown) => void)(error, result);
      });
    }) as typeof this.query;
  }

  #watchPromise(result: unknown): unknown {
    if (result instanceof Promise) result.catch((error: unknown) => this.#hangUpIfSilent(error));
    return result;
  }

  #hangUpIfSilent(error: unknown): void {
    if (!(error instanceof Error) || error.message !== 'Query read timeout') return;
    (this as unknown as Internals).connection.stream.destroy();
  }
}
