import { z } from 'zod';
import { OPERATIONS, SERVICE_NAMES, type Operation, type ServiceName } from './operations.js';

const scope = {
  service: z
    .enum(SERVICE_NAMES)
    .optional()
    .describe('Only calls to this service; to every service when absent.'),
  operation: z
    .enum(OPERATIONS)
    .optional()
    .describe('Only calls of this kind; every kind when absent.'),
  count: z.int().positive().optional().describe('How many calls; until removed when absent.'),
};
const replacing = {
  ...scope,
  process: z
    .boolean()
    .default(false)
    .describe('Do the work (send the message, judge the code) before failing.'),
};
const milliseconds = z.int().min(0).max(600_000);
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/);
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/);

/**
 * Trouble to make. `delay` and `drip` do the work and answer late, or one byte at a time; the others take the
 * place of the answer: `reset` the connection once the body was read, `hang` for ever, `answer` with any status,
 * headers and body (a string goes out as it is, HTML for instance, anything else as JSON), `error` with a
 * documented error of the provider. Its `errorCode` has five digits, the first three being the HTTP status.
 */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('delay'), ms: milliseconds, ...scope }),
  z.strictObject({ kind: z.literal('drip'), msPerByte: milliseconds, ...scope }),
  z.strictObject({ kind: z.literal('reset'), ...replacing }),
  z.strictObject({ kind: z.literal('hang'), ...replacing }),
  z.strictObject({
    kind: z.literal('answer'),
    status: z.int().min(200).max(599),
    headers: z.record(headerName, headerValue).default({}),
    body: z.json().optional(),
    ...replacing,
  }),
  z.strictObject({
    kind: z.literal('error'),
    errorCode: z.int().min(40_000).max(59_999),
    ...replacing,
  }),
]);
export type Fault = z.infer<typeof faultSchema>;

/** The faults still to come. The first one that fits a call is used, and counted down. */
export class FaultPlan {
  private faults: Fault[] = [];

  replace(faults: readonly Fault[]): void {
    this.faults = faults.map((fault) => ({ ...fault }));
  }

  list(): readonly Fault[] {
    return this.faults;
  }

  /** The fault for this call, if any. */
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
