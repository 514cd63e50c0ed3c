import type { VerificationResponse, VerifyOtpResponse } from '../src/api-types.js';
import { ProoflineError, type ProoflineErrorCode } from '../src/errors.js';
import { receiveCode } from '../src/web-otp.js';
import { BusyButton, createGuard } from './busy.js';
import { CodeInput } from './code-input.js';
import { CodeMeter } from './code-meter.js';
import { showCodeTexts } from './code-texts.js';
import { asProoflineError, explain, type ErrorMessage } from './explain.js';
import { interpolate } from './language.js';
import { MessageArea } from './message-area.js';
import { formatPhoneNumber } from './phone-number.js';
import { ResendButtons } from './resend-buttons.js';
import type { OpenVerification } from './session.js';
import type { Channel } from './texts/texts.js';
import type { Ui } from './ui.js';

export interface CodeStepHandlers {
  onVerified(answer: VerifyOtpResponse): void;
  /**
   * Sends again; `isFinal` when this verification cannot succeed any more. Rejects with a
   * ProoflineError.
   */
  onResend(channel: Channel, isFinal: boolean): Promise<void>;
  onTriesLeft(attemptsRemaining: number): void;
  onChange(): void;
  onError(error: ProoflineError): void;
}

/** What a check would answer in each status that no code can change. */
const FINAL: Readonly<Partial<Record<VerificationResponse['status'], ProoflineErrorCode>>> = {
  verified: 'already_verified',
  failed: 'verification_failed',
  expired: 'code_expired',
  cancelled: 'verification_cancelled',
};

export class CodeStep {
  private readonly field: HTMLInputElement;
  private readonly input: CodeInput;
  private readonly meter: CodeMeter;
  private readonly resend: ResendButtons;
  private readonly message: MessageArea;
  private readonly verify: BusyButton;
  private readonly guard = createGuard();
  private verification: OpenVerification | undefined;
  private isEnded = false;
  private listening = new AbortController();

  constructor(
    private readonly ui: Ui,
    private readonly handlers: CodeStepHandlers,
  ) {
    this.field = ui.find('code') as HTMLInputElement;
    this.input = new CodeInput(ui, this.field);
    this.message = new MessageArea(ui, 'code');
    this.verify = new BusyButton(
      ui,
      ui.find('verify'),
      () => ui.language.channel(this.verification?.channel ?? 'sms').check,
      () => ui.language.texts.checking,
    );
    this.meter = new CodeMeter(ui, () => void this.askStatus());
    this.resend = new ResendButtons(ui, (channel, whileSending) => {
      void this.guard(() => whileSending(() => this.resendCode(channel)));
    });
    ui.find('code-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener('input', () => this.message.clearProblem());
    ui.find('change').addEventListener('click', () => {
      void this.guard(() => {
        this.close();
        handlers.onChange();
      });
    });
    ui.signal.addEventListener('abort', () => this.close());
    ui.onLanguage(() => this.relabel());
  }

  open(
    verification: OpenVerification,
    { notice = () => '', takeFocus = true }: { notice?: () => string; takeFocus?: boolean } = {},
  ): void {
    this.close();
    this.verification = verification;
    const { channel, phoneNumber, resendAt } = verification;
    this.setEnded(false);
    this.input.reset(verification);
    showCodeTexts(this.ui, verification);
    this.message.notify(notice);
    this.verify.show();
    this.ui.showStep('code', takeFocus ? this.focusTarget() : undefined);
    this.resend.start(channel, this.ui.deadline(resendAt) ?? 0);
    this.meter.start(verification);
    const { told } = this.ui.language.channel(channel);
    this.ui.announce(notice() || interpolate(told, { number: formatPhoneNumber(phoneNumber) }));
    if (channel === 'sms') void this.listen();
  }

  private relabel(): void {
    if (!this.verification) return;
    showCodeTexts(this.ui, this.verification);
    this.setEnded(this.isEnded);
  }

  private focusTarget(): HTMLElement {
    return this.verification?.channel === 'seamless' ? this.ui.find('code-title') : this.field;
  }

  private close(): void {
    this.verification = undefined;
    this.listening.abort();
    this.meter.end();
    this.resend.end();
    this.message.clear();
    this.field.value = '';
  }

  private async listen(): Promise<void> {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const code = await receiveCode(signal);
    if (code === undefined || signal.aborted || this.isEnded) return;
    this.field.value = code;
    this.submit();
  }

  private submit(): void {
    if (this.isEnded) return;
    void this.guard(() => this.verify.during(() => this.check()));
  }

  private async check(): Promise<void> {
    this.message.clearProblem();
    const input = this.input.read();
    if ('error' in input) {
      this.message.report({ text: input.error, at: this.field });
      this.field.focus();
      return;
    }
    const { verificationId = '' } = this.verification ?? {};
    try {
      const answer = await this.ui.client.verifyOtp({ verificationId, code: input.code });
      this.close();
      this.handlers.onVerified(answer);
    } catch (thrown) {
      this.fail(asProoflineError(thrown));
    }
  }

  private async resendCode(channel: Channel): Promise<void> {
    this.message.clearProblem();
    try {
      await this.handlers.onResend(channel, this.isEnded);
    } catch (thrown) {
      const error = asProoflineError(thrown);
      const { isFinal, retryAfter } = this.explain(error);
      if (isFinal) {
        this.fail(error);
        return;
      }
      this.message.report({ text: () => this.explain(error).text, retryAfter });
      this.handlers.onError(error);
      if (error.code === 'cooldown') this.resend.waitSeconds(retryAfter ?? 0);
    }
  }

  private explain(error: ProoflineError): ErrorMessage {
    return explain(error, this.ui.language, this.verification?.channel);
  }

  private fail(error: ProoflineError): void {
    const message = this.explain(error);
    if (error.attemptsRemaining !== undefined) {
      this.meter.showTries(error.attemptsRemaining);
      this.handlers.onTriesLeft(error.attemptsRemaining);
    }
    const { at, retryAfter } = message;
    const isAtField = at === 'code' && this.verification?.channel !== 'seamless';
    this.message.report({
      text: () => this.explain(error).text,
      at: isAtField ? this.field : undefined,
      retryAfter,
    });
    if (message.isFinal) {
      this.meter.end();
      this.end();
    } else this.focusInput();
    this.handlers.onError(error);
  }

  /** The service alone knows whether a code has expired. Without an answer, the next check tells. */
  private async askStatus(): Promise<void> {
    const { verification } = this;
    if (!verification) return;
    const now = await this.ui.client.status(verification.verificationId).catch(() => undefined);
    if (!now || verification !== this.verification || this.isEnded) return;
    const code = FINAL[now.status];
    if (code) this.fail(new ProoflineError('problem', code, 410));
    else if (this.ui.secondsUntil(Date.parse(now.expiresAt)) > 0)
      this.meter.countDown(now.expiresAt);
  }

  /** Disables the code field; the user can still request a new code. */
  private end(): void {
    this.listening.abort();
    this.setEnded(true);
    this.ui.find('resend').focus();
  }

  private focusInput(): void {
    if (this.verification?.channel === 'seamless') {
      this.ui.find('verify').focus();
      return;
    }
    this.field.focus();
    this.field.select();
  }

  private setEnded(isEnded: boolean): void {
    this.isEnded = isEnded;
    this.ui.find('code-form').classList.toggle('is-over', isEnded);
    this.field.disabled = isEnded;
    this.ui.find('verify').hidden = isEnded;
  }
}
