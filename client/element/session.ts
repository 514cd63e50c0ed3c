import type { RequestOtpResponse, RequestOtpBody } from '../src/api-types.js';
import type { Proofline } from '../src/proofline.js';
import { asProoflineError } from './explain.js';
import type { Channel } from './texts/texts.js';

/** The element's current verification. After an unknown outcome only its id is known. */
export interface OpenVerification extends Partial<
  Omit<RequestOtpResponse, 'message' | 'status' | 'reference'>
> {
  body: RequestOtpBody;
  verificationId: string;
  phoneNumber: string;
  channel: Channel;
}

/** `isConfirmed` is false when the provider's outcome is unknown. */
export interface SendResult {
  verification: OpenVerification;
  isConfirmed: boolean;
}

/** Channel and language of the next code. */
export interface ResendRequest {
  channel: Channel;
  locale: string;
}

interface TabStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Throws where the browser forbids storage. */
const tabStorage = (): TabStorage =>
  (globalThis as unknown as { sessionStorage: TabStorage }).sessionStorage;

/** Keeps the open verification in this tab across a reload. Never stores a code. */
class SessionStore {
  constructor(private readonly key: string) {}

  read(): OpenVerification | undefined {
    try {
      const verification = JSON.parse(
        tabStorage().getItem(this.key) ?? 'null',
      ) as Partial<OpenVerification> | null;
      return verification?.body && verification.verificationId && verification.channel
        ? (verification as OpenVerification)
        : undefined;
    } catch {
      return undefined;
    }
  }

  write(verification: OpenVerification | undefined): void {
    try {
      if (verification) tabStorage().setItem(this.key, JSON.stringify(verification));
      else tabStorage().removeItem(this.key);
    } catch {
      // Without storage, a reload starts over.
    }
  }
}

/**
 * The verifications of the element, one at a time. `start` and `resend` send one message per user
 * action.
 */
export class Session {
  private readonly store: SessionStore;
  private verification: OpenVerification | undefined;

  constructor(
    private readonly client: Proofline,
    key: string,
  ) {
    this.store = new SessionStore(key);
  }

  get current(): OpenVerification | undefined {
    return this.verification;
  }

  start(body: RequestOtpBody): Promise<SendResult> {
    return this.send(this.client.requestOtp(body), { body });
  }

  /** Sends a new code for the same verification; used attempts stay used. */
  resend(
    { body, verificationId, attemptsRemaining }: OpenVerification,
    request: ResendRequest,
  ): Promise<SendResult> {
    const { channel } = request;
    return this.send(this.client.resend(verificationId, request), {
      body,
      channel,
      ...(attemptsRemaining !== undefined && { attemptsRemaining }),
    });
  }

  restart({ body }: OpenVerification, request: ResendRequest): Promise<SendResult> {
    return this.start({ ...body, ...request });
  }

  setAttemptsRemaining(attemptsRemaining: number): void {
    if (this.verification) this.keep({ ...this.verification, attemptsRemaining });
  }

  /** Whether this number has a code that is still valid. Then a cool-down is not an error. */
  isOpenFor({ phoneNumber }: RequestOtpBody): boolean {
    const { body, attemptsRemaining, expiresAt } = this.verification ?? {};
    return (
      body?.phoneNumber === phoneNumber &&
      attemptsRemaining !== 0 &&
      (Date.parse(expiresAt ?? '') > this.client.now() || !this.client.isSynchronized())
    );
  }

  /** Restores the verification after a reload if the service still accepts its code. */
  async resume(): Promise<OpenVerification | undefined> {
    const verification = this.store.read();
    if (!verification) return undefined;
    try {
      const now = await this.client.status(verification.verificationId);
      const { status, channel, expiresAt, resendAt, attemptsRemaining } = now;
      const isOpen = (status === 'pending' || status === 'sending') && attemptsRemaining > 0;
      if (!isOpen) this.forget();
      else this.keep({ ...verification, channel, expiresAt, resendAt, attemptsRemaining });
    } catch (error) {
      // Without a response, assume the stored state.
      if (asProoflineError(error).kind === 'network') this.verification = verification;
      else this.forget();
    }
    return this.verification;
  }

  forget(): void {
    this.keep(undefined);
  }

  private keep(verification: OpenVerification | undefined): void {
    this.verification = verification;
    this.store.write(verification);
  }

  private async send(
    answer: Promise<RequestOtpResponse>,
    asked: Pick<OpenVerification, 'body'> & Partial<OpenVerification>,
  ): Promise<SendResult> {
    const { phoneNumber, channel = 'sms' } = asked.body;
    try {
      const { message: _, status: __, reference: ___, ...facts } = await answer;
      return this.save({ ...asked, ...facts }, true);
    } catch (error) {
      const { code, verificationId } = asProoflineError(error);
      if (code !== 'provider_outcome_unknown' || verificationId === undefined) throw error;
      return this.save({ phoneNumber, channel, ...asked, verificationId }, false);
    }
  }

  private save(verification: OpenVerification, isConfirmed: boolean): SendResult {
    this.keep(verification);
    return { verification, isConfirmed };
  }
}
