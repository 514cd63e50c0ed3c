import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields } from './log-fields.js';

/** What every log line of a request says of it. */
export type RequestFacts = Pick<LogFields, 'requestId' | 'ip'>;

const scope = new AsyncLocalStorage<RequestFacts>();

/** Runs the work of one request: whatever is logged in the course of it carries the facts. */
export function runInRequestScope<T>(facts: RequestFacts, work: () => T): T {
  return scope.run(facts, work);
}

/** The facts of the request in whose course this is called; undefined outside of one. */
export function currentRequest(): RequestFacts | undefined {
  return scope.getStore();
}
