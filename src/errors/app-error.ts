import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.js';

/** One fault of a request: a JSON pointer (RFC 6901) into the body, and what is wrong there. */
export interface InputFault {
  pointer: string;
  message: string;
}

/** What is wrong with a body that cannot even be read. */
export const UNREADABLE_BODY: InputFault = { pointer: '', message: 'must be JSON in UTF-8' };

/** State of one limit at the moment it refused, in the units of the RateLimit header fields. */
export interface LimitState {
  /** Stable name of the limit, e.g. `send-per-phone`. */
  name: string;
  /** How many are allowed per window. */
  quota: number;
  windowSeconds: number;
}

/** The typed members that an error answer may carry besides the RFC 9457 ones. */
export interface ErrorExtras {
  errors?: InputFault[];
  attemptsRemaining?: number;
  /** Whole seconds; also sent as `Retry-After`. Waiting this long is enough. */
  retryAfter?: number;
  limit?: string;
  verificationId?: string;
}

export interface AppErrorOptions {
  detail?: string;
  extras?: ErrorExtras;
  /** Values of `Allow`, for 405. */
  allow?: readonly string[];
  limitState?: LimitState;
  cause?: unknown;
}

/** The one error type that services and middlewares throw; the error handler turns it into problem+json. */
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
