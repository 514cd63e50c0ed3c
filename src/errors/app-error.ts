import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.js';

/** A validation error: JSON pointer (RFC 6901) into the body, and a message. */
export interface InputFault {
  pointer: string;
  message: string;
}

export const UNREADABLE_BODY: InputFault = { pointer: '', message: 'must be JSON in UTF-8' };

/** The limit that refused a request, for the RateLimit headers. */
export interface LimitState {
  name: string;
  quota: number;
  windowSeconds: number;
}

/** Extension members of a problem response (RFC 9457, section 3.2). */
export interface ErrorExtras {
  errors?: InputFault[];
  attemptsRemaining?: number;
  /** Seconds until a retry can succeed; also sent as `Retry-After`. */
  retryAfter?: number;
  limit?: string;
  verificationId?: string;
  /** The right that the caller lacks: an operation id, or a finer right such as `transaction`. */
  right?: string;
}

export interface AppErrorOptions {
  detail?: string;
  extras?: ErrorExtras;
  /** Values of the `Allow` header, for 405. */
  allow?: readonly string[];
  limitState?: LimitState;
  cause?: unknown;
}

/** The only error type for API errors; the error handler turns it into problem+json. */
export class AppError extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly extras: ErrorExtras;
  readonly allow: readonly string[] | undefined;
  readonly limitState: LimitState | undefined;

  constructor(
    readonly code: ErrorCode,
    options: AppErrorOptions = {},
  ) {
    super(ERROR_CATALOGUE[code].title, { cause: options.cause });
    this.name = 'AppError';
    this.status = ERROR_CATALOGUE[code].status;
    this.title = ERROR_CATALOGUE[code].title;
    this.detail = options.detail ?? ERROR_CATALOGUE[code].detail;
    this.extras = options.extras ?? {};
    this.allow = options.allow;
    this.limitState = options.limitState;
  }
}
