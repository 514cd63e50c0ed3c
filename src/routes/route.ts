import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { ErrorCode } from '../errors/error-catalogue.js';

/** How the sending of a first code fails, in the order in which documents name it. */
export const SENDING_ERRORS: readonly ErrorCode[] = [
  'region_not_allowed',
  'number_type_not_allowed',
  'number_blocked',
  'cooldown',
  'rate_limited',
  'provider_rejected',
  'provider_unavailable',
];

/** One operation of the API: how it is served and how it is described, in one place. */
export interface Route {
  method: 'get' | 'post' | 'delete';
  path: string;
  /** The same operation under other names. */
  aliases?: readonly string[];
  tag: string;
  summary: string;
  description?: string;
  /** Schema of the JSON body; without one, a body is not read. */
  body?: z.ZodType;
  /** Whether the body may be left out, as one without members. */
  bodyOptional?: boolean;
  /**
   * Whether the handler gets the bytes of the body as they came, 64 KB at most, because somebody's signature covers them;
   * the schema then only describes them. Such a request is never kept waiting for a place.
   */
  rawBody?: boolean;
  params?: z.ZodObject;
  /** Whether an `Idempotency-Key` header is honoured. */
  idempotent?: boolean;
  /** Schema of the 200 response. */
  response: z.ZodType;
  responseDescription: string;
  /** The error codes that this operation can answer besides those of every operation. */
  errors: readonly ErrorCode[];
  /** Admits whoever has an access token; when the body is there, and before it is judged. */
  bearer?: RequestHandler;
  /** Before the body is looked at, in order. */
  limits?: readonly RequestHandler[];
  handle: RequestHandler;
}
