import { Client } from 'undici';

/** One client with one keep-alive connection and one request in flight. */
export class Caller {
  #client;
  #headers;

  constructor(url, headers = {}) {
    this.#headers = { 'content-type': 'application/json', ...headers };
    this.#client = new Client(url, { pipelining: 1, headersTimeout: 30_000 });
  }

  /** Resolves with the status, the body and the seconds of Retry-After. */
  post(path, value) {
    return new Promise((resolve, reject) => {
      const body = JSON.stringify(value);
      this.#client.dispatch(
        { method: 'POST', path, headers: this.#headers, body },
        new Answer(resolve, reject),
      );
    });
  }

  close() {
    return this.#client.destroy();
  }
}

/** undici's cheapest response handler: the load generator must not slow down the subjects. */
class Answer {
  #text = '';
  #status = 0;
  #retryAfter;
  #resolve;
  #reject;

  constructor(resolve, reject) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart() {}

  onResponseStart(_controller, status, headers) {
    this.#status = status;
    this.#retryAfter = Number(headers['retry-after']);
  }

  onResponseData(_controller, piece) {
    this.#text += piece.toString('utf8');
  }

  onResponseEnd() {
    this.#resolve({ status: this.#status, text: this.#text, retryAfter: this.#retryAfter });
  }

  onResponseError(_controller, error) {
    this.#reject(error);
  }
}
