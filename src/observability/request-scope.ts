import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields } from './log-fields.js';

export type RequestFacts = Pick<LogFields, 'requestId' | 'ip'>;

const scope = new AsyncLocalStorage<RequestFacts>();

/** Runs `work` in the scope of a request, whose fields its log lines contain. */
export function runInRequestScope<T>(facts: RequestFacts, work: () => T): T {
  return scope.run(facts, work);
}

/** Fields of the current request; undefined outside of requests. */
export function currentRequest(): RequestFacts | undefined {
  return scope.getStore();
}
