import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { Binding, Channel } from '../../../domain/verification.js';
import { ProviderError } from '../../../errors/provider-error.js';
import { StoreUnavailableError, type CodeStore } from '../../../stores/code-store.js';
import type { SmsSender } from '../../messages/sms-sender.js';
import type {
  CheckOutcome,
  CheckSubject,
  SendResult,
  StartRequest,
  VerificationProvider,
} from '../provider.js';

export const LOCAL_CODE = 'local-code';

// A check that was begun in time may still be under way when the code is late.
const GRACE_SECONDS = 60;

/** What the text says. */
export interface MessageContent {
  purpose: string;
  locale: string | null;
  code: string;
  binding?: Binding | undefined;
}

export interface LocalCodeOptions {
  /** The first makes hashes, all of them are accepted: so a secret can be replaced while codes are out. */
  secrets: readonly string[];
  /** Digits of a code. */
  length: number;
  /** The text that carries the code. */
  render: (content: MessageContent) => string;
}

type CodeSubject = Pick<
  CheckSubject,
  'id' | 'phoneNumber' | 'purpose' | 'sendReference' | 'binding'
>;

/**
 * Our own codes: made, kept as keyed hashes and judged here; an SMS sender only delivers them. A hash is good for one
 * verification, number, purpose, payment and send, so a code that is right somewhere is worth nothing anywhere else.
 */
export class LocalCodeService implements VerificationProvider {
  readonly name = LOCAL_CODE;
  readonly channels: ReadonlySet<Channel> = new Set<Channel>(['sms']);
  readonly supportsBinding = true;

  constructor(
    private readonly sender: SmsSender,
    private readonly codes: CodeStore,
    private readonly options: LocalCodeOptions,
  ) {}

  /** The hash is kept before the message leaves: nobody can receive a code that is not known here. */
  async start(request: StartRequest): Promise<SendResult> {
    const { verificationId: id, phoneNumber, purpose, locale, sendReference } = request;
    const { binding = null, expiresAt, timeoutMs } = request;
    const { length, secrets, render } = this.options;
    const code = randomCode(length);
    const subject = { id, phoneNumber, purpose, sendReference, binding };
    const hash = hashOf(secrets[0] ?? '', subject, code);
    await this.reach(() => this.codes.put(sendReference, hash, request.ttlSeconds + GRACE_SECONDS));
    const text = render({ purpose, locale, code, ...(binding && { binding }) });
    const message = { to: phoneNumber, text, expiresAt, reference: sendReference, timeoutMs };
    const { messageId } = await this.sender.send(message);
    return { providerReference: messageId, codeLength: length };
  }

  async check(subject: CheckSubject, code: string): Promise<CheckOutcome> {
    const { sendReference } = subject;
    const kept = await this.reach(() => this.codes.find(sendReference));
    if (!kept) return { approved: false, reason: 'expired' };
    if (!this.isRight(kept, subject, code)) return { approved: false, reason: 'wrong_code' };
    const isFirst = await this.reach(() => this.codes.consume(sendReference, kept));
    return isFirst ? { approved: true } : { approved: false, reason: 'expired' };
  }

  /** In constant time, and with every secret whichever fits. */
  private isRight(kept: Buffer, subject: CodeSubject, code: string): boolean {
    return this.options.secrets
      .map((secret) => timingSafeEqual(hashOf(secret, subject, code), kept))
      .includes(true);
  }

  /** A store that is away did nothing, and neither did anybody else: the next provider may try. */
  private async reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw new ProviderError(this.name, 'unreachable');
      throw error;
    }
  }
}

/** Uniform: each code is as likely as any other, leading zeros included. */
export function randomCode(length: number): string {
  return String(randomInt(10 ** length)).padStart(length, '0');
}

function hashOf(secret: string, subject: CodeSubject, code: string): Buffer {
  const { id, phoneNumber, purpose, sendReference, binding } = subject;
  const payment = binding ? [binding.amount, binding.currency, binding.payee] : [];
  // As JSON, so that no two different subjects are the same text.
  const facts = ['proofline code', id, phoneNumber, purpose, sendReference, code, ...payment];
  const text = JSON.stringify(facts);
  return createHmac('sha256', secret).update(text).digest();
}
