import { Client } from 'undici';

/** One connection of one client, kept alive; one request at a time. */
export class Caller {
  #client;
  #headers;

  constructor(url, headers = {}) {
    this.#headers = { 'content-type': 'application/json', ...headers };
    this.#client = new Client(url, { pipelining: 1, headersTimeout: 30_000 });
  }

  /** The status and the text of the answer. */
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

/** The handler that costs least: a load generator shall not take the machine from what it loads. */
class Answer {
  #text = '';
  #status = 0;
  #resolve;
  #reject;

  constructor(resolve, reject) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart() {}

  onResponseStart(_controller, status) {
    this.#status = status;
  }

  onResponseData(_controller, piece) {
    this.#text += piece.toString('utf8');
  }

  onResponseEnd() {
    this.#resolve({ status: this.#status, text: this.#text });
  }

  onResponseError(_controller, error) {
    this.#reject(error);
  }
}
