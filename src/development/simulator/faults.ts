import { z } from 'zod';
import { OPERATIONS, SERVICE_NAMES, type Operation, type ServiceName } from './operations.js';

const scopeOptions = {
  service: z.enum(SERVICE_NAMES).optional().describe('Limits the fault to one service.'),
  operation: z.enum(OPERATIONS).optional().describe('Limits the fault to one kind of call.'),
  count: z.int().positive().optional().describe('Number of calls; unlimited when absent.'),
};
const replacingOptions = {
  ...scopeOptions,
  process: z
    .boolean()
    .default(false)
    .describe('Whether to process the request (send the message, check the code) before failing.'),
};
const milliseconds = z.int().min(0).max(600_000);
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/);
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/);

/**
 * A fault to inject. `delay` and `drip` process the request and respond late, or byte by byte. The
 * others replace the response: `reset` the connection after the body is read, `hang` forever,
 * `answer` with any status, headers and body (a string is sent as is, other values as JSON),
 * `error` with a documented error of the provider. The first three digits of `errorCode` are the
 * HTTP status.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms: milliseconds, ...scopeOptions }),
  z.strictObject({ kind: z.literal('drip'), msPerByte: milliseconds, ...scopeOptions }),
  z.strictObject({ kind: z.literal('reset'), ...replacingOptions }),
  z.strictObject({ kind: z.literal('hang'), ...replacingOptions }),
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    headers: z.record(headerName, headerValue).default({}),
    body: z.json().optional(),
    ...replacingOptions,
  }),
  z.strictObject({
    kind: z.literal('error'),
    errorCode: z.int().min(40_000).max(59_999),
    ...replacingOptions,
  }),
]);
export type Fault = z.infer<typeof faultSchema>;

/** The remaining faults. Each call uses the first one that matches. */
export class FaultPlan {
  private faults: Fault[] = [];

  replace(faults: readonly Fault[]): void {
    this.faults = faults.map((fault) => ({ ...fault }));
  }

  list(): readonly Fault[] {
    return this.faults;
  }

  take(service: ServiceName, operation: Operation): Fault | undefined {
    const fault = this.faults.find(
      (candidate) =>
        (candidate.service ?? service) === service &&
        (candidate.operation ?? operation) === operation,
    );
    if (fault?.count === undefined) return fault;
    fault.count -= 1;
    if (fault.count === 0) this.faults = this.faults.filter((other) => other !== fault);
    return fault;
  }
}
