import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface WholeResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface ExchangeOptions {
  headers: Record<string, string>;
  /** From the wait for a connection to the last byte. */
  timeoutMs: number;
  /** The part of `timeoutMs` within which the connection must be ready. */
  connectTimeoutMs: number;
  maxResponseBytes: number;
}

export class ResponseTooLargeError extends Error {}

/**
 * One request and its response. Tracks whether a connection, including TLS, was ever ready: before that, no
 * byte of the request can have reached the server; after that, the outcome is unknown.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly headers: Record<string, string>;
  readonly response: Promise<WholeResponse>;
  /** Whether the request may have been sent. */
  started = false;
  private settle!: { resolve: (response: WholeResponse) => void; reject: (error: Error) => void };
  private readonly deadline: number;
  private controller: Dispatcher.DispatchController | undefined;
  private failure: Error | undefined;
  private timer: NodeJS.Timeout;
  private head: Omit<WholeResponse, 'text'> | undefined;
  private readonly chunks: Buffer[] = [];
  private receivedBytes = 0;

  constructor(private readonly options: ExchangeOptions) {
    this.headers = options.headers;
    this.response = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.response.catch(() => undefined);
    this.deadline = performance.now() + options.timeoutMs;
    this.timer = this.failAfter(options.connectTimeoutMs, 'connect timeout');
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Already failed while queued, or undici is about to send the request again.
    if (this.failure ?? this.started) {
      controller.abort(this.failure ?? new Error('requests are not repeated'));
      return;
    }
    this.started = true;
    clearTimeout(this.timer);
    this.timer = this.failAfter(this.deadline - performance.now(), 'response timeout');
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.head = { status, headers };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    if (this.receivedBytes > this.options.maxResponseBytes) this.fail(new ResponseTooLargeError());
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    if (!this.head || this.failure) return;
    this.settle.resolve({ ...this.head, text: Buffer.concat(this.chunks).toString('utf8') });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    clearTimeout(this.timer);
    this.settle.reject(error);
  }

  private failAfter(timeoutMs: number, reason: string): NodeJS.Timeout {
    return setTimeout(() => this.fail(new Error(reason)), timeoutMs);
  }

  private fail(error: Error): void {
    clearTimeout(this.timer);
    this.failure ??= error;
    this.settle.reject(error);
    this.controller?.abort(error);
  }
}
