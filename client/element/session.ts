import type { RequestOtpResponse, RequestOtpBody } from '../src/api-types.js';
import type { Proofline } from '../src/proofline.js';
import { asProoflineError } from './explain.js';
import type { Channel } from './texts/texts.js';

/** The verification that the element holds; only its id is certain when nobody knows whether the message left. */
export interface Held extends Partial<
  Omit<RequestOtpResponse, 'message' | 'status' | 'reference'>
> {
  /** What was asked for, to ask for it again. */
  body: RequestOtpBody;
  verificationId: string;
  phoneNumber: string;
  channel: Channel;
}

/** `isCertain` is false when the message may or may not have left. */
export interface Sent {
  held: Held;
  isCertain: boolean;
}

/** Where an open verification outlives a reload of the page: this tab, until it is closed. Never a code. */
class Memory {
  constructor(private readonly key: string) {}

  read(): Held | undefined {
    try {
      const held = JSON.parse(sessionStorage.getItem(this.key) ?? 'null') as Partial<Held> | null;
      return held?.body && held.verificationId && held.channel ? (held as Held) : undefined;
    } catch {
      return undefined;
    }
  }

  write(held: Held | undefined): void {
    try {
      if (held) sessionStorage.setItem(this.key, JSON.stringify(held));
      else sessionStorage.removeItem(this.key);
    } catch {
      // Storage is switched off: then a reload begins anew.
    }
  }
}

/** One verification after the other. `start` and `again` send one message for one action of the person. */
export class Session {
  private readonly memory: Memory;
  private held: Held | undefined;

  constructor(
    private readonly client: Proofline,
    key: string,
  ) {
    this.memory = new Memory(key);
  }

  get current(): Held | undefined {
    return this.held;
  }

  /** A new verification. */
  start(body: RequestOtpBody): Promise<Sent> {
    return this.send(this.client.requestOtp(body), { body });
  }

  /** A new code for the same verification, perhaps another way: the tries already spent stay spent. */
  again({ body, verificationId, attemptsRemaining }: Held, channel: Channel): Promise<Sent> {
    return this.send(this.client.resend(verificationId, { channel }), {
      body,
      channel,
      ...(attemptsRemaining !== undefined && { attemptsRemaining }),
    });
  }

  /** A new verification of the same number, because the one before has ended. */
  restart({ body }: Held, channel: Channel): Promise<Sent> {
    return this.start({ ...body, channel });
  }

  /** After a wrong code, for the next reload too. */
  spent(attemptsRemaining: number): void {
    if (this.held) this.keep({ ...this.held, attemptsRemaining });
  }

  /** Whether what was sent for this number is still good: then a cool-down is no reason to stay out. */
  isOpenFor({ phoneNumber }: RequestOtpBody): boolean {
    const { body, attemptsRemaining, expiresAt } = this.held ?? {};
    return (
      body?.phoneNumber === phoneNumber &&
      attemptsRemaining !== 0 &&
      Date.parse(expiresAt ?? '') > this.client.now()
    );
  }

  /** The verification from before a reload, if its code can still be entered; asks the service. */
  async resume(): Promise<Held | undefined> {
    const held = this.memory.read();
    if (!held) return undefined;
    try {
      const now = await this.client.status(held.verificationId);
      const { status, channel, expiresAt, resendAt, attemptsRemaining } = now;
      const isOpen = (status === 'pending' || status === 'sending') && attemptsRemaining > 0;
      if (!isOpen) this.forget();
      else this.keep({ ...held, channel, expiresAt, resendAt, attemptsRemaining });
    } catch (error) {
      // Without an answer it is as it was when it was kept.
      if (asProoflineError(error).kind === 'network') this.held = held;
      else this.forget();
    }
    return this.held;
  }

  forget(): void {
    this.keep(undefined);
  }

  private keep(held: Held | undefined): void {
    this.held = held;
    this.memory.write(held);
  }

  private async send(
    answer: Promise<RequestOtpResponse>,
    asked: Pick<Held, 'body'> & Partial<Held>,
  ): Promise<Sent> {
    const { phoneNumber, channel = 'sms' } = asked.body;
    try {
      const { message: _, status: __, reference: ___, ...facts } = await answer;
      return this.hold({ ...asked, ...facts }, true);
    } catch (error) {
      const { code, verificationId } = asProoflineError(error);
      if (code !== 'provider_outcome_unknown' || verificationId === undefined) throw error;
      return this.hold({ phoneNumber, channel, ...asked, verificationId }, false);
    }
  }

  private hold(held: Held, isCertain: boolean): Sent {
    this.keep(held);
    return { held, isCertain };
  }
}
