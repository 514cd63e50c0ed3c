import type { Batch, Recipient } from './batches.js';
import { smsTimestamp } from './timestamps.js';

export interface ReportFilter {
  statuses?: readonly string[] | undefined;
  codes?: readonly string[] | undefined;
}

/** A report on a batch: the number of messages per state, in `full` with their recipients. */
export function batchReport(batch: Batch, kind: 'summary' | 'full', filter: ReportFilter = {}) {
  const { statuses = [], codes = [] } = filter;
  const chosen = batch.recipients.filter(
    ({ state }) =>
      (statuses.length === 0 || statuses.includes(state.status)) &&
      (codes.length === 0 || codes.includes(String(state.code))),
  );
  const groups = new Map<string, Recipient[]>();
  for (const recipient of chosen) {
    const key = `${recipient.state.code} ${recipient.state.status}`;
    groups.set(key, [...(groups.get(key) ?? []), recipient]);
  }
  return {
    type: 'delivery_report_sms',
    batch_id: batch.id,
    total_message_count: batch.recipients.length,
    statuses: [...groups.values()].map((members) => ({
      ...members[0]?.state,
      count: members.length,
      ...(kind === 'full' && { recipients: members.map(({ msisdn }) => msisdn) }),
    })),
    client_reference: batch.request.client_reference,
  };
}

export function recipientReport(
  batch: Batch,
  recipient: Recipient,
  sent: { originator: string | null; parts: number },
) {
  const { client_reference, from, max_number_of_message_parts: limit } = batch.request;
  const at = smsTimestamp(recipient.at);
  return {
    type: 'recipient_delivery_report_sms',
    batch_id: batch.id,
    recipient: recipient.msisdn,
    ...recipient.state,
    at,
    operator_status_at: recipient.state.code === 0 ? at : undefined,
    client_reference,
    applied_originator: from === undefined ? (sent.originator ?? undefined) : undefined,
    number_of_message_parts: limit === undefined ? undefined : sent.parts,
  };
}
