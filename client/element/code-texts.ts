import { interpolate } from './language.js';
import { callerDigits, formatPhoneNumber } from './phone-number.js';
import type { OpenVerification } from './session.js';
import type { Ui } from './ui.js';

const isWebAddress = (text: string | undefined): text is string => /^https?:\/\//i.test(text ?? '');

export const showCodeTexts = (ui: Ui, verification: OpenVerification): void => {
  const { channel, phoneNumber, cliFilter, targetUri } = verification;
  const words = ui.language.channel(channel);
  const say = (id: string, text: string) => {
    ui.find(id).textContent = text;
    ui.find(id).hidden = text === '';
  };
  const item = ui.find('steps').querySelector('[data-step="code"]');
  if (item) item.textContent = words.step;
  say('code-title', words.title);
  say('sent-how', words.sentTo);
  say('sent-to', formatPhoneNumber(phoneNumber));
  say('code-label', words.label);
  say('resend-question', words.missing);
  const digits = channel === 'flashcall' ? callerDigits(cliFilter) : undefined;
  const hint =
    digits === undefined ? '' : interpolate(ui.language.texts.callerContains, { digits });
  say('code-how', `${words.how} ${hint}`.trim());
  ui.find('code-field').hidden = channel === 'seamless';
  ui.find('open-here').hidden = channel !== 'seamless' || !isWebAddress(targetUri);
  if (isWebAddress(targetUri)) (ui.find('open-address') as HTMLAnchorElement).href = targetUri;
};
