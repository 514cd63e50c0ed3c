import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { CallerKind } from '../domain/caller.js';
import type { Right } from '../domain/rights.js';
import type { ErrorCode } from '../errors/error-catalogue.js';

/** Errors of sending the first code, in the order of the documentation. */
export const SENDING_ERRORS: readonly ErrorCode[] = [
  'region_not_allowed',
  'number_type_not_allowed',
  'number_blocked',
  'cooldown',
  'rate_limited',
  'provider_rejected',
  'provider_unavailable',
];

/** One operation of the API: how it is served and how it is documented. */
export interface Route {
  method: 'get' | 'post' | 'delete';
  path: string;
  /** The kinds of callers that it serves. `anyone` reads no key: pages, probes, callbacks of providers. */
  callers: readonly CallerKind[] | 'anyone';
  /** Finer rights, which the body shows. */
  rights?: readonly Right[];
  /** Name of the function in generated clients: unique, a verb and a noun. */
  operationId: string;
  aliases?: readonly Pick<Route, 'path' | 'operationId'>[];
  tag: string;
  summary: string;
  description?: string;
  /** Schema of the JSON body; without it, the body is not read. */
  body?: z.ZodType;
  /** Whether the body may be omitted; it then counts as an empty object. */
  bodyOptional?: boolean;
  /**
   * Whether the handler gets the unparsed bytes of the body, at most 64 KB, to check a signature over them.
   * The schema then only documents the body, and the request bypasses admission control.
   */
  rawBody?: boolean;
  params?: z.ZodObject;
  /** Schema of the query; without it, the query is ignored. */
  query?: z.ZodObject;
  /** How an Idempotency-Key is honoured: a send gives its answer again, a check its success. */
  idempotent?: 'send' | 'check';
  response: z.ZodType;
  /** 200 unless set. */
  successStatus?: 201;
  responseDescription: string;
  /** Error codes of this operation, in addition to those of every operation. */
  errors: readonly ErrorCode[];
  /** Requires an access token. Runs after the body has arrived and before it is validated. */
  bearer?: RequestHandler;
  /** Run in this order, before the body is read. */
  limits?: readonly RequestHandler[];
  handle: RequestHandler;
}
