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

const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/)
    .transform(Number)
    .refine((number) => number <= most);
const timestamp = z
  .string()
  .refine((text) => parseTimestamp(text) !== undefined)
  .transform((text) => parseTimestamp(text)?.getTime() ?? NaN);
const words = z.string().transform((text) => text.split(','));

const listQuery = z.object({
  page: wholeNumber(1_000_000).default(0),
  page_size: wholeNumber(100)
    .refine((size) => size > 0)
    .default(30),
  from: words.optional(),
  to: words.optional(),
  start_date: timestamp.optional(),
  end_date: timestamp.optional(),
  client_reference: z.string().optional(),
});
type ListQuery = z.infer<typeof listQuery>;

const reportQuery = z.object({
  type: z.string().default('summary'),
  status: words.optional(),
  code: words.optional(),
});

/** Batches of a plan or project, newest first, a page at a time (`GET …/batches`). */
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

/** Where the messages of a batch stand (`GET …/batches/{id}/delivery_report`), whether reports were asked for or not. */
export function deliveryReport(batch: Batch, query: object): SimulatedResponse {
  const { type, status, code } = read(reportQuery, query);
  if (type !== 'summary' && type !== 'full') throw new SmsStatusError(404);
  return { status: 200, body: batchReport(batch, type, { statuses: status, codes: code }) };
}

/** Where one message stands (`GET …/batches/{id}/delivery_report/{msisdn}`). @throws SmsStatusError 404 */
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
  const sentence = `The format of parameter '${name}' is invalid.`;
  throw new SmsApiError('syntax_invalid_parameter_format', sentence);
}
