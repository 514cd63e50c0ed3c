import { sizeOfSms } from '../../../domain/sms-encoding.js';
import type { Inbox } from '../inbox.js';
import type { SettingsStore } from '../settings-store.js';
import { autofillCode } from './autofill.js';
import type { Batch, Recipient } from './batches.js';
import type { Callbacks } from './callbacks.js';
import { textFor } from './placeholders.js';
import { batchReport, recipientReport } from './reports.js';
import type { SinchSmsSimulatorSettings } from './settings.js';
import {
  CANCELLED,
  DISPATCHED,
  EXPIRED,
  PARAMETER_MISSING,
  TOO_MANY_PARTS,
  isFinal,
  statusOfCode,
  type DeliveryState,
} from './constants.js';

const MAX_TIMER_MS = 2 ** 31 - 1;

/** Moves messages from `Queued` to a final state, delivers them to the inbox and posts reports. */
export class Delivery {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly settings: SettingsStore<SinchSmsSimulatorSettings>,
    private readonly inbox: Inbox,
    private readonly callbacks: Callbacks,
  ) {}

  begin(batch: Batch): void {
    for (const recipient of batch.recipients) this.reportOne(batch, recipient);
    this.at(batch.sendAt.getTime() + this.settings.current.queueMs, () => this.dispatch(batch));
  }

  /** Cancels undelivered messages. A scheduled message leaves no trace in the report. */
  cancel(batch: Batch): void {
    batch.canceled = true;
    batch.modifiedAt = new Date();
    if (batch.sendAt.getTime() > Date.now()) {
      batch.recipients = [];
      return;
    }
    for (const recipient of batch.recipients) {
      if (!isFinal(recipient.state)) this.move(batch, recipient, CANCELLED);
    }
  }

  /** The text for a recipient and its parts; `fault` when it cannot be sent. */
  prepare({ request }: Pick<Batch, 'request'>, msisdn: string) {
    const text = textFor(msisdn, request.body, request.parameters ?? {});
    if (text === null) return { text: request.body, parts: 0, fault: PARAMETER_MISSING };
    const { parts } = sizeOfSms(text);
    const isCut = request.truncate_concat === true;
    const limit = request.max_number_of_message_parts ?? (isCut ? 1 : Infinity);
    if (isCut) return { text: cut(text, limit), parts: Math.min(parts, limit) };
    return { text, parts, ...(parts > limit && { fault: TOO_MANY_PARTS }) };
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private dispatch(batch: Batch): void {
    for (const recipient of batch.recipients) {
      if (isFinal(recipient.state)) continue;
      const { text, fault } = this.prepare(batch, recipient.msisdn);
      const problem = Date.now() >= batch.expireAt.getTime() ? EXPIRED : fault;
      this.move(batch, recipient, problem ?? DISPATCHED);
      if (problem) continue;
      const arrivesAt = Date.now() + this.settings.current.deliveryMs;
      this.at(arrivesAt, () => this.finish(batch, recipient, text));
    }
  }

  private finish(batch: Batch, recipient: Recipient, text: string): void {
    if (isFinal(recipient.state)) return;
    const { finalCode: code, finalStatus } = this.settings.current;
    if (code === 0) {
      const to = `+${recipient.msisdn}`;
      this.inbox.add({ to, channel: 'sms', text, code: autofillCode(text) });
    }
    this.move(batch, recipient, { code, status: finalStatus ?? statusOfCode(code) });
  }

  private move(batch: Batch, recipient: Recipient, state: DeliveryState): void {
    recipient.state = state;
    recipient.at = new Date();
    this.reportOne(batch, recipient);
    if (batch.recipients.every((one) => isFinal(one.state))) this.reportAll(batch);
  }

  private reportOne(batch: Batch, recipient: Recipient): void {
    const kind = batch.request.delivery_report;
    const wanted =
      kind === 'per_recipient' || (kind === 'per_recipient_final' && isFinal(recipient.state));
    if (wanted) this.post(batch, this.reportOf(batch, recipient));
  }

  private reportAll(batch: Batch): void {
    const kind = batch.request.delivery_report;
    if (kind === 'summary' || kind === 'full') this.post(batch, batchReport(batch, kind));
  }

  reportOf(batch: Batch, recipient: Recipient) {
    const { parts } = this.prepare(batch, recipient.msisdn);
    const originator = this.settings.current.defaultOriginator;
    return recipientReport(batch, recipient, { originator, parts });
  }

  private post(batch: Batch, report: object): void {
    const url = batch.request.callback_url ?? this.settings.current.callbackUrl;
    if (url !== null) this.callbacks.report(url, report);
  }

  /** Runs due work synchronously, so that the message arrives before the send is answered. */
  private at(timestamp: number, work: () => void): void {
    const wait = timestamp - Date.now();
    if (wait <= 0) {
      work();
      return;
    }
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        this.at(timestamp, work);
      },
      Math.min(wait, MAX_TIMER_MS),
    ).unref();
    this.timers.add(timer);
  }
}

/** The longest beginning of the text that fits into that many parts. */
function cut(text: string, parts: number): string {
  let kept = text;
  while (sizeOfSms(kept).parts > parts) kept = Array.from(kept).slice(0, -1).join('');
  return kept;
}
