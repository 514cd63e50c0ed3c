import type { RequestOtpResponse, RequestOtpBody } from '../src/api-types.js';
import type { Proofline } from '../src/proofline.js';
import { asProoflineError } from './explain.js';
import type { Channel } from './texts/texts.js';

/** The verification that the element holds; only its id is certain when nobody knows whether the message left. */
export interface OpenVerification extends Partial<
  Omit<RequestOtpResponse, 'message' | 'status' | 'reference'>
> {
  /** What was asked for, to ask for it again. */
  body: RequestOtpBody;
  verificationId: string;
  phoneNumber: string;
  channel: Channel;
}

/** `isConfirmed` is false when the message may or may not have left. */
export interface SendResult {
  verification: OpenVerification;
  isConfirmed: boolean;
}

/** Where an open verification outlives a reload of the page: this tab, until it is closed. Never a code. */
class SessionStore {
  constructor(private readonly key: string) {}

  read(): OpenVerification | undefined {
    try {
      const verification = JSON.parse(
        sessionStorage.getItem(this.key) ?? 'null',
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
      if (verification) sessionStorage.setItem(this.key, JSON.stringify(verification));
      else sessionStorage.removeItem(this.key);
    } catch {
      // Storage is switched off: then a reload begins anew.
    }
  }
}

/** One verification after the other. `start` and `again` send one message for one action of the person. */
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

  /** A new verification. */
  start(body: RequestOtpBody): Promise<SendResult> {
    return this.send(this.client.requestOtp(body), { body });
  }

  /** A new code for the same verification, perhaps another way: the tries already spent stay spent. */
  resend(
    { body, verificationId, attemptsRemaining }: OpenVerification,
    channel: Channel,
  ): Promise<SendResult> {
    return this.send(this.client.resend(verificationId, { channel }), {
      body,
      channel,
      ...(attemptsRemaining !== undefined && { attemptsRemaining }),
    });
  }

  /** A new verification of the same number, because the one before has ended. */
  restart({ body }: OpenVerification, channel: Channel): Promise<SendResult> {
    return this.start({ ...body, channel });
  }

  /** After a wrong code, for the next reload too. */
  setAttemptsRemaining(attemptsRemaining: number): void {
    if (this.verification) this.keep({ ...this.verification, attemptsRemaining });
  }

  /** Whether what was sent for this number is still good: then a cool-down is no reason to stay out. */
  isOpenFor({ phoneNumber }: RequestOtpBody): boolean {
    const { body, attemptsRemaining, expiresAt } = this.verification ?? {};
    return (
      body?.phoneNumber === phoneNumber &&
      attemptsRemaining !== 0 &&
      Date.parse(expiresAt ?? '') > this.client.now()
    );
  }

  /** The verification from before a reload, if its code can still be entered; asks the service. */
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
      // Without an answer it is as it was when it was kept.
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
