import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface WholeResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface ExchangeLimits {
  /** Milliseconds for everything, from the search for a connection to the last byte. */
  timeoutMs: number;
  /** Of these, for a connection to be there. */
  connectMs: number;
  maxResponseBytes: number;
}

/** The answer goes on beyond what anybody can mean. */
export class ResponseTooLargeError extends Error {}

/**
 * One request and its answer. Knows whether a connection (secured, for TLS) was ever there: before that not a byte of the
 * request can have reached anybody, from then on nobody knows.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Whether the request may have left. */
  begun = false;
  readonly answer: Promise<WholeResponse>;
  private settle!: { resolve: (answer: WholeResponse) => void; reject: (error: Error) => void };
  private readonly deadline: number;
  private controller: Dispatcher.DispatchController | undefined;
  private over: Error | undefined;
  private timer: NodeJS.Timeout;
  private head: Omit<WholeResponse, 'text'> | undefined;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly limits: ExchangeLimits) {
    this.answer = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    // It may fail before anybody waits for it.
    this.answer.catch(() => undefined);
    this.deadline = performance.now() + limits.timeoutMs;
    this.timer = this.endAfter(limits.connectMs, 'no connection');
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It was given up while it waited, or it would leave a second time.
    if (this.over ?? this.begun) {
      controller.abort(this.over ?? new Error('a call is not repeated'));
      return;
    }
    this.begun = true;
    clearTimeout(this.timer);
    this.timer = this.endAfter(this.deadline - performance.now(), 'no answer in time');
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.head = { status, headers };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limits.maxResponseBytes) this.end(new ResponseTooLargeError());
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    if (!this.head || this.over) return;
    this.settle.resolve({ ...this.head, text: Buffer.concat(this.chunks).toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    clearTimeout(this.timer);
    this.settle.reject(error);
  }

  private endAfter(milliseconds: number, why: string): NodeJS.Timeout {
    return setTimeout(() => this.end(new Error(why)), milliseconds);
  }

  private end(why: Error): void {
    clearTimeout(this.timer);
    this.over ??= why;
    this.settle.reject(why);
    this.controller?.abort(why);
  }
}
