import type { z } from 'zod';
import { faultMessage } from '../domain/fault-message.js';
import { UsageError } from './arguments.js';

/** Validates a value of the command line with the schema of the API. @throws UsageError */
export function readValue<Output>(schema: z.ZodType<Output>, value: unknown, what: string): Output {
  const parsed = schema.safeParse(value, { error: faultMessage });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const place = [what, ...issue.path.map(String)].join('.');
    return keys.length > 0 ? `${what} has no ${keys.join(', ')}` : `${place} ${issue.message}`;
  });
  throw new UsageError(faults.join('; '));
}
