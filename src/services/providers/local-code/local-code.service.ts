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

// Keeps the hash for checks that started before the code expired.
const GRACE_SECONDS = 60;

export interface MessageContent {
  purpose: string;
  locale: string | null;
  code: string;
  binding?: Binding | undefined;
  /** Replaces the configured brand. */
  brand?: string | undefined;
}

export interface LocalCodeOptions {
  /** The first secret makes hashes, all verify: a secret can be rotated without losing sent codes. */
  secrets: readonly string[];
  /** Digits of a code. */
  length: number;
  render: (content: MessageContent) => string;
}

type CodeSubject = Pick<
  CheckSubject,
  'id' | 'phoneNumber' | 'purpose' | 'sendReference' | 'binding'
>;

/**
 * Generates codes, stores their HMACs and checks them; an `SmsSender` only delivers the text. The HMAC covers
 * verification, number, purpose, payment and send, so a code is valid for its own send only.
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

  /** Stores the hash before sending: every code that a phone receives can be checked. */
  async start(request: StartRequest): Promise<SendResult> {
    const { verificationId: id, phoneNumber, purpose, locale, sendReference } = request;
    const { binding = null, brand, expiresAt, timeoutMs } = request;
    const { secrets, render } = this.options;
    const length = request.codeLength ?? this.options.length;
    const code = randomCode(length);
    const subject = { id, phoneNumber, purpose, sendReference, binding };
    const hash = hashOf(secrets[0] ?? '', subject, code);
    await this.reach(() => this.codes.put(sendReference, hash, request.ttlSeconds + GRACE_SECONDS));
    const text = render({ purpose, locale, code, brand, ...(binding && { binding }) });
    const message = { to: phoneNumber, text, expiresAt, reference: sendReference, timeoutMs };
    const { messageId } = await this.sender.send(message);
    return { providerReference: messageId, codeLength: length };
  }

  async check(subject: CheckSubject, code: string): Promise<CheckOutcome> {
    const kept = await this.reach(() => this.codes.find(subject.sendReference));
    if (!kept) return { approved: false, reason: 'expired' };
    if (!this.isRight(kept, subject, code)) return { approved: false, reason: 'wrong_code' };
    return { approved: true };
  }

  /** Constant time: compares with every secret, whichever matches. */
  private isRight(kept: Buffer, subject: CodeSubject, code: string): boolean {
    return this.options.secrets
      .map((secret) => timingSafeEqual(hashOf(secret, subject, code), kept))
      .includes(true);
  }

  /** Nothing has been sent or consumed when the store is down, so the next provider may try. */
  private async reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw new ProviderError(this.name, 'unreachable');
      throw error;
    }
  }
}

/** A uniformly random code of `length` digits, with leading zeros. */
export function randomCode(length: number): string {
  return String(randomInt(10 ** length)).padStart(length, '0');
}

function hashOf(secret: string, subject: CodeSubject, code: string): Buffer {
  const { id, phoneNumber, purpose, sendReference, binding } = subject;
  const payment = binding ? [binding.amount, binding.currency, binding.payee] : [];
  // JSON, so that two different subjects never give the same text.
  const facts = ['proofline code', id, phoneNumber, purpose, sendReference, code, ...payment];
  const text = JSON.stringify(facts);
  return createHmac('sha256', secret).update(text).digest();
}
