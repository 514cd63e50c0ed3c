import { AsyncLocalStorage } from 'node:async_hooks';
import type { LogFields } from './log-fields.js';

export type RequestFacts = Pick<LogFields, 'requestId' | 'ip'>;

interface RequestScope {
  facts: RequestFacts;
  leaveAdmission?: () => void;
}

const scope = new AsyncLocalStorage<RequestScope>();

/** Runs `work` in the scope of a request, whose fields its log lines contain. */
export function runInRequestScope<T>(facts: RequestFacts, work: () => T): T {
  return scope.run({ facts }, work);
}

/** Fields of the current request; undefined outside of requests. */
export function currentRequest(): RequestFacts | undefined {
  return scope.getStore()?.facts;
}

/** Sets what {@link leaveAdmission} does in the current request. */
export function onLeaveAdmission(leave: () => void): void {
  const current = scope.getStore();
  if (current) current.leaveAdmission = leave;
}

/** Gives the current request's place to the next one; call it before a wait that costs nothing. */
export function leaveAdmission(): void {
  scope.getStore()?.leaveAdmission?.();
}
