import type { RequestOtpBody, VerifyOtpResponse } from '../src/api-types.js';
import type { ProoflineError } from '../src/errors.js';
import { createProofline } from '../src/proofline.js';
import { CodeStep } from './code-step.js';
import { asProoflineError } from './explain.js';
import { chooseLanguage, interpolate, languageTag } from './language.js';
import { NumberStep } from './number-step.js';
import { preferredLanguages, watchLanguage } from './page-language.js';
import { formatPhoneNumber } from './phone-number.js';
import { Session, type SendResult } from './session.js';
import css from './style.css';
import type { Channel, ChannelTexts } from './texts/texts.js';
import { buildScreen } from './view.js';
import { Ui, type Step } from './ui.js';

/** An adopted style sheet is allowed without 'unsafe-inline' in the page's CSP. */
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(css);

/**
 * `<proofline-verify>` asks for a number, sends a code and checks it. It reads its attributes when
 * connected: `base-url`, `publishable-key`, `channels` (such as "sms voice"), `purpose`, `reference`,
 * `lang`, `locale` (of the message), `country`, `repeatable`. It follows a changed `lang`.
 *
 * Bubbling events: `proofline-verified` (detail: the response, with the proof), `proofline-error`
 * (detail: a ProoflineError) and `proofline-step` (detail: `step`, `title`, and `phoneNumber` after
 * a send).
 */
export class ProoflineVerify extends HTMLElement {
  private lifetime = new AbortController();
  private numberStep: NumberStep | undefined;
  private codeStep: CodeStep | undefined;
  private session: Session | undefined;
  private ui: Ui | undefined;

  connectedCallback(): void {
    this.lifetime = new AbortController();
    const baseUrl = this.getAttribute('base-url') ?? '';
    const publishableKey = this.getAttribute('publishable-key') ?? '';
    // First, because it refuses a secret key: then there is no screen.
    const client = createProofline({ baseUrl, publishableKey });
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [SHEET];
    const language = chooseLanguage(preferredLanguages(this));
    root.replaceChildren(buildScreen(language, this.hasAttribute('repeatable')));
    const onStep = (step: Step) => this.reportStep(step);
    const offered = this.offeredChannels(Object.keys(language.texts.channels) as Channel[]);
    const ui = new Ui({ root, client, language, offered, signal: this.lifetime.signal, onStep });
    this.ui = ui;
    this.session = new Session(
      client,
      `proofline-verify ${baseUrl} ${this.getAttribute('purpose') ?? ''}`,
    );
    this.setUp(ui, this.session);
    watchLanguage(this, ui.signal, () => {
      const wanted = chooseLanguage(preferredLanguages(this));
      if (wanted.locale !== ui.language.locale) ui.setLanguage(wanted);
    });
    void this.restore(this.session, this.lifetime.signal);
  }

  disconnectedCallback(): void {
    this.lifetime.abort();
  }

  get country(): string {
    return this.numberStep?.phone.country ?? '';
  }

  set country(code: string) {
    if (this.numberStep) this.numberStep.phone.country = code;
    // Frameworks set properties before they insert the element.
    else this.setAttribute('country', code);
  }

  /** Fills in a number, in E.164 or national format. Sends nothing. */
  set phoneNumber(text: string) {
    this.numberStep?.clearError();
    this.numberStep?.phone.prefill(text);
  }

  override focus(options?: FocusOptions): void {
    const root = this.shadowRoot;
    const panel = root?.querySelector('form:not([hidden]), section:not([hidden])');
    panel?.querySelector<HTMLElement>('input:not([disabled]), button')?.focus(options);
  }

  private setUp(ui: Ui, session: Session): void {
    const onError = (error: ProoflineError) => this.emit('proofline-error', error);
    const codeStep = new CodeStep(ui, {
      onError,
      onVerified: (answer) => this.finish(ui, session, answer),
      onTriesLeft: (left) => session.setAttemptsRemaining(left),
      onChange: () => this.numberStep?.open(),
      onResend: async (channel, over) => {
        const verification = session.current;
        if (!verification) return;
        const request = { channel, locale: this.messageLocale(ui) };
        const sent = await (over
          ? session.restart(verification, request)
          : session.resend(verification, request));
        this.openCodeStep(sent, 'resent');
      },
    });
    this.codeStep = codeStep;
    this.numberStep = new NumberStep(ui, {
      onError,
      onSubmit: (number) => this.send(session, { ...number, ...this.requestDefaults(ui) }),
    });
    ui.find('again').addEventListener('click', () => this.numberStep?.open({ empty: true }));
    const country = this.getAttribute('country');
    if (country) this.country = country;
  }

  private async restore(session: Session, signal: AbortSignal): Promise<void> {
    const verification = await session.resume();
    if (signal.aborted) return;
    if (verification) {
      this.numberStep?.phone.prefill(verification.phoneNumber);
      this.codeStep?.open(verification, { takeFocus: false });
    } else this.numberStep?.open({ takeFocus: false });
  }

  private async send(session: Session, body: RequestOtpBody): Promise<void> {
    try {
      this.openCodeStep(await session.start(body));
    } catch (thrown) {
      const verification = session.current;
      const { code } = asProoflineError(thrown);
      if (code !== 'cooldown' || !verification || !session.isOpenFor(body)) throw thrown;
      this.openCodeStep({ verification, isConfirmed: true }, 'stillGood');
    }
  }

  private openCodeStep(
    { verification, isConfirmed }: SendResult,
    notice?: keyof ChannelTexts,
  ): void {
    const { ui } = this;
    if (!ui) return;
    const certain = () => (notice ? ui.language.channel(verification.channel)[notice] : '');
    const uncertain = () => ui.language.texts.problems.mayArrive;
    this.codeStep?.open(verification, { notice: isConfirmed ? certain : uncertain });
  }

  private finish(ui: Ui, session: Session, answer: VerifyOtpResponse): void {
    session.forget();
    const number = formatPhoneNumber(answer.phoneNumber);
    ui.find('done-number').textContent = number;
    ui.showStep('done', ui.find('done-title'));
    ui.announce(interpolate(ui.language.texts.doneTold, { number }));
    this.emit('proofline-verified', answer);
  }

  private reportStep(step: Step): void {
    const title = this.ui?.find(`${step}-title`).textContent ?? '';
    const phoneNumber = step === 'number' ? undefined : this.session?.current?.phoneNumber;
    this.dataset['step'] = step;
    this.emit('proofline-step', { step, title, ...(phoneNumber !== undefined && { phoneNumber }) });
  }

  private emit(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  private offeredChannels(known: readonly Channel[]): Channel[] {
    const wanted = this.getAttribute('channels')?.split(/\s+/) ?? [];
    return wanted.filter((name): name is Channel => (known as readonly string[]).includes(name));
  }

  /** The language on the screen, unless the page asks for another. */
  private messageLocale({ language }: Ui): string {
    return languageTag(this.getAttribute('locale')) ?? language.locale;
  }

  private requestDefaults(ui: Ui): Pick<RequestOtpBody, 'purpose' | 'reference' | 'locale'> {
    const purpose = this.getAttribute('purpose');
    const reference = this.getAttribute('reference');
    return {
      locale: this.messageLocale(ui),
      ...(purpose && { purpose }),
      ...(reference && { reference }),
    };
  }
}
