import { z } from 'zod';
import type { SimulatedResponse } from '../respond.js';
import type { Batch } from './batches.js';
import type { SinchSmsContext } from './context.js';
import { SmsApiError, SmsStatusError } from './errors.js';
import { withoutPrefix } from './placeholders.js';
import { batchReport } from './reports.js';
import { batchBody } from './send.js';
import { parseTimestamp } from './timestamps.js';

const DAY_MS = 86_400_000;

const integerUpTo = (max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/)
    .transform(Number)
    .refine((number) => number <= max);
const timestamp = z
  .string()
  .refine((text) => parseTimestamp(text) !== undefined)
  .transform((text) => parseTimestamp(text)?.getTime() ?? NaN);
const commaSeparated = z.string().transform((text) => text.split(','));

const listQuery = z.object({
  page: integerUpTo(1_000_000).default(0),
  page_size: integerUpTo(100)
    .refine((size) => size > 0)
    .default(30),
  from: commaSeparated.optional(),
  to: commaSeparated.optional(),
  start_date: timestamp.optional(),
  end_date: timestamp.optional(),
  client_reference: z.string().optional(),
});
type ListQuery = z.infer<typeof listQuery>;

const reportQuery = z.object({
  type: z.string().default('summary'),
  status: commaSeparated.optional(),
  code: commaSeparated.optional(),
});

/** Lists batches of a plan or project, newest first (`GET …/batches`). */
export function listBatches(
  context: SinchSmsContext,
  account: string,
  query: object,
): SimulatedResponse {
  const wanted = read(listQuery, query);
  const found = context.batches.list(account).filter((batch) => fits(batch, wanted));
  const first = wanted.page * wanted.page_size;
  const batches = found.slice(first, first + wanted.page_size).map(batchBody);
  const { page } = wanted;
  return { status: 200, body: { count: found.length, page, page_size: batches.length, batches } };
}

/** @throws SmsStatusError 404 */
export function findBatch({ batches }: SinchSmsContext, account: string, id: string): Batch {
  const batch = batches.find(account, id);
  if (!batch) throw new SmsStatusError(404);
  return batch;
}

/** Reports the states of a batch's messages (`GET …/batches/{id}/delivery_report`). */
export function deliveryReport(batch: Batch, query: object): SimulatedResponse {
  const { type, status, code } = read(reportQuery, query);
  if (type !== 'summary' && type !== 'full') throw new SmsStatusError(404);
  return { status: 200, body: batchReport(batch, type, { statuses: status, codes: code }) };
}

/**
 * Reports the state of one message (`GET …/batches/{id}/delivery_report/{msisdn}`).
 * @throws SmsStatusError 404
 */
export function recipientDeliveryReport(
  { delivery }: SinchSmsContext,
  batch: Batch,
  number: string,
): SimulatedResponse {
  const recipient = batch.recipients.find(({ msisdn }) => msisdn === withoutPrefix(number));
  if (!recipient) throw new SmsStatusError(404);
  return { status: 200, body: delivery.reportOf(batch, recipient) };
}

function fits(batch: Batch, query: ListQuery): boolean {
  const { from, to, client_reference } = batch.request;
  const created = batch.createdAt.getTime();
  const isNamed = (wanted: string[] | undefined, numbers: string[]) =>
    wanted === undefined || wanted.map(withoutPrefix).some((one) => numbers.includes(one));
  return (
    created >= (query.start_date ?? Date.now() - DAY_MS) &&
    created < (query.end_date ?? Infinity) &&
    isNamed(query.from, from === undefined ? [] : [withoutPrefix(from)]) &&
    isNamed(query.to, to.map(withoutPrefix)) &&
    (query.client_reference ?? client_reference) === client_reference
  );
}

function read<Schema extends z.ZodType>(schema: Schema, query: object): z.infer<Schema> {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const name = String(result.error.issues[0]?.path[0] ?? 'query');
  const message = `The format of parameter '${name}' is invalid.`;
  throw new SmsApiError('syntax_invalid_parameter_format', message);
}
