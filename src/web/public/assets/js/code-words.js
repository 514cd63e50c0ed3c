import { callerHint } from './caller-number.js';
import { wordsOf } from './channels.js';
import { byId } from './dom.js';
import { displayNumber } from './phone-input.js';
import { nameCodeStep } from './steps.js';

const showText = (id, text) => {
  byId(id).textContent = text;
  byId(id).hidden = text === '';
};

const isWebAddress = (text) => /^https?:\/\//i.test(text ?? '');

/** Says in the second panel how this verification goes: what was sent, what to do with it, what the button means. */
export const showCodeWords = ({ channel, phoneNumber, cliFilter, targetUri }, notice) => {
  const words = wordsOf(channel);
  nameCodeStep(words.step, words.title);
  byId('code-title').textContent = words.title;
  byId('sent-how').textContent = words.sentTo;
  byId('sent-to').textContent = displayNumber(phoneNumber);
  byId('code-label').textContent = words.label;
  byId('verify').textContent = words.check;
  byId('resend-question').textContent = words.missing;
  byId('code-field').hidden = channel === 'seamless';
  showText('code-notice', notice);
  const hint = channel === 'flashcall' ? callerHint(cliFilter) : '';
  showText('code-how', `${words.how} ${hint}`.trim());
  byId('open-here').hidden = channel !== 'seamless' || !isWebAddress(targetUri);
  if (isWebAddress(targetUri)) byId('open-address').href = targetUri;
};
