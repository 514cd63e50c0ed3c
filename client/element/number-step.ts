import type { RequestOtpBody } from '../src/api-types.js';
import type { ProoflineError } from '../src/errors.js';
import { BusyButton, createGuard } from './busy.js';
import { createChannelChoice, type ChannelChoice } from './channel-choice.js';
import { asProoflineError, explain, type ErrorMessage } from './explain.js';
import { MessageArea } from './message-area.js';
import { PhoneInput } from './phone-input.js';
import type { Ui } from './ui.js';

export interface NumberStepHandlers {
  onSubmit(body: RequestOtpBody): Promise<void>;
  onError(error: ProoflineError): void;
}

export class NumberStep {
  readonly phone: PhoneInput;
  private readonly choice: ChannelChoice;
  private readonly message: MessageArea;

  constructor(
    private readonly ui: Ui,
    private readonly handlers: NumberStepHandlers,
  ) {
    const clear = () => this.clearError();
    this.phone = new PhoneInput(ui);
    this.message = new MessageArea(ui, 'number');
    this.choice = createChannelChoice(ui, () => {
      clear();
      send.show();
    });
    // The user may select another channel meanwhile, and the button names it.
    const send = new BusyButton(
      ui,
      ui.find('send'),
      () => this.choice.label(),
      () => ui.language.texts.sending,
    );
    this.phone.field.addEventListener('input', clear);
    this.phone.select.addEventListener('change', clear);
    const guard = createGuard();
    ui.find('number-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void guard(() => send.during(() => this.submit()));
    });
  }

  /** `takeFocus` is false on page load, so that the element does not steal the focus. */
  open({ empty = false, takeFocus = true } = {}): void {
    this.clearError();
    if (empty) this.phone.field.value = '';
    this.ui.showStep('number', takeFocus ? this.phone.field : undefined);
  }

  clearError(): void {
    this.message.clear();
  }

  private async submit(): Promise<void> {
    this.clearError();
    const number = this.phone.read();
    if ('error' in number) {
      const { error } = number;
      this.show(() => ({ text: this.ui.language.texts[error], at: 'number', isFinal: false }));
      return;
    }
    const channel = this.choice.read();
    try {
      await this.handlers.onSubmit({ ...number, ...(channel && { channel }) });
    } catch (thrown) {
      const error = asProoflineError(thrown);
      this.show(() => explain(error, this.ui.language, channel));
      this.handlers.onError(error);
    }
  }

  private show(message: () => ErrorMessage): void {
    const { at, retryAfter } = message();
    const control = at === 'number' ? this.phone.field : undefined;
    this.message.report({
      text: () => message().text,
      at: at === 'channel' ? this.choice.group : control,
      retryAfter,
    });
    if (at === 'channel') this.choice.focus();
    else this.phone.field.focus();
  }
}
