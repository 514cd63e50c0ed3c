import type { VerifyOtpResponse } from '../src/api-types.js';
import { ProoflineError } from '../src/errors.js';
import { receiveCode } from '../src/web-otp.js';
import { createAlert, type Alert } from './alert.js';
import { createGuard, whileBusy } from './busy.js';
import { CodeInput } from './code-input.js';
import { CodeMeter } from './code-meter.js';
import { showCodeWords } from './code-words.js';
import { asProoflineError, explain } from './explain.js';
import { fill } from './language.js';
import { formatPhoneNumber } from './phone-number.js';
import { ResendButtons } from './resend-buttons.js';
import type { Held } from './session.js';
import type { Channel } from './texts/texts.js';
import type { Ui } from './ui.js';

export interface CodeStepHandlers {
  onVerified(answer: VerifyOtpResponse): void;
  /** Sends again; `over` when this verification can no longer succeed. Rejects with a ProoflineError. */
  onResend(channel: Channel, over: boolean): Promise<void>;
  onTriesLeft(attemptsRemaining: number): void;
  onChange(): void;
  onError(error: ProoflineError): void;
}

/** The second panel: the code, or what stands for one. */
export class CodeStep {
  private readonly field: HTMLInputElement;
  private readonly input: CodeInput;
  private readonly meter: CodeMeter;
  private readonly resend: ResendButtons;
  private readonly alert: Alert;
  private readonly guard = createGuard();
  private held: Held | undefined;
  private isOver = false;
  private listening = new AbortController();

  constructor(
    private readonly ui: Ui,
    private readonly handlers: CodeStepHandlers,
  ) {
    this.field = ui.find('code') as HTMLInputElement;
    this.input = new CodeInput(ui, this.field);
    this.alert = createAlert(ui, 'code-error');
    this.meter = new CodeMeter(ui, () => this.expire());
    this.resend = new ResendButtons(ui, (channel, whileSending) => {
      void this.guard(() => whileSending(() => this.askAgain(channel)));
    });
    ui.find('code-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener('input', () => this.clearFault());
    ui.find('change').addEventListener('click', () => {
      void this.guard(() => {
        this.close();
        handlers.onChange();
      });
    });
    ui.signal.addEventListener('abort', () => this.close());
  }

  open(held: Held, { notice = '', takeFocus = true } = {}): void {
    this.close();
    this.held = held;
    const { channel, phoneNumber, resendAt } = held;
    this.setOver(false);
    this.input.reset(held);
    showCodeWords(this.ui, held, notice);
    this.ui.showStep('code', takeFocus ? this.goesOnAt() : undefined);
    this.resend.start(channel, Date.parse(resendAt ?? '') || 0);
    this.meter.start(held);
    const { told } = this.ui.language.channel(channel);
    this.ui.announce(notice || fill(told, { number: formatPhoneNumber(phoneNumber) }));
    if (channel === 'sms') void this.listen();
  }

  private goesOnAt(): HTMLElement {
    return this.held?.channel === 'seamless' ? this.ui.find('code-title') : this.field;
  }

  private close(): void {
    this.listening.abort();
    this.meter.end();
    this.resend.end();
    this.clearFault();
    this.field.value = '';
  }

  /** Where the browser can read the message, the person has nothing to type. */
  private async listen(): Promise<void> {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const code = await receiveCode(signal);
    if (code === undefined || signal.aborted || this.isOver) return;
    this.field.value = code;
    this.submit();
  }

  private submit(): void {
    if (this.isOver) return;
    const { checking } = this.ui.language.texts;
    void this.guard(() => whileBusy(this.ui.find('verify'), checking, () => this.check()));
  }

  private async check(): Promise<void> {
    this.clearFault();
    const read = this.input.read();
    if ('fault' in read) {
      this.alert.show(read.fault);
      this.field.setAttribute('aria-invalid', 'true');
      this.field.focus();
      return;
    }
    const { verificationId = '' } = this.held ?? {};
    try {
      const answer = await this.ui.client.verifyOtp({ verificationId, code: read.code });
      this.close();
      this.handlers.onVerified(answer);
    } catch (thrown) {
      this.fail(asProoflineError(thrown));
    }
  }

  private async askAgain(channel: Channel): Promise<void> {
    this.clearFault();
    try {
      await this.handlers.onResend(channel, this.isOver);
    } catch (thrown) {
      const error = asProoflineError(thrown);
      const { text, over, retryAfter } = explain(error, this.ui.language, this.held?.channel);
      if (over) {
        this.fail(error);
        return;
      }
      this.alert.show(text, retryAfter);
      this.handlers.onError(error);
      if (error.code === 'cooldown') this.resend.waitSeconds(retryAfter ?? 0);
    }
  }

  private fail(error: ProoflineError): void {
    const fault = explain(error, this.ui.language, this.held?.channel);
    if (error.attemptsRemaining !== undefined) {
      this.meter.showTries(error.attemptsRemaining);
      this.handlers.onTriesLeft(error.attemptsRemaining);
    }
    this.alert.show(fault.text, fault.retryAfter);
    if (fault.at === 'code') this.field.setAttribute('aria-invalid', 'true');
    if (fault.over) {
      this.meter.end();
      this.end();
    } else this.goOn();
    this.handlers.onError(error);
  }

  private expire(): void {
    const error = new ProoflineError('problem', 'code_expired', 410);
    this.alert.show(explain(error, this.ui.language, this.held?.channel).text);
    this.end();
    this.handlers.onError(error);
  }

  /** Nothing more can be entered, but another code can be asked for. */
  private end(): void {
    this.listening.abort();
    this.setOver(true);
    this.ui.find('resend').focus();
  }

  private goOn(): void {
    if (this.held?.channel === 'seamless') {
      this.ui.find('verify').focus();
      return;
    }
    this.field.focus();
    this.field.select();
  }

  private setOver(over: boolean): void {
    this.isOver = over;
    this.ui.find('code-form').classList.toggle('is-over', over);
    this.field.disabled = over;
    this.ui.find('verify').hidden = over;
  }

  private clearFault(): void {
    this.alert.clear();
    this.field.removeAttribute('aria-invalid');
  }
}
