import { formatPhoneNumber } from '../client/element.js';
import { copyOnClick } from './clipboard.js';
import { serverNow } from './clock.js';
import { make, makeIcon } from './dom.js';
import { dateFormat, say, text } from './language.js';

/** An older call has stopped ringing when a page opens. */
const RING_DURATION_MS = 30_000;

const ICONS = {
  handset:
    'M6.500 3.500h3l1.800 4.700-2.300 1.500a11 11 0 0 0 5.300 5.300l1.500-2.300 4.700 1.800v3a3 3 0 0 1-3 3A14.500 14.500 0 0 1 3.500 6.500a3 3 0 0 1 3-3z',
  missed: 'M4 5l8 8 8-8M4 5v6M4 5h6M3 19q9-6 18 0',
  chat: 'M5 4h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z',
  data: 'M8 20V5M4 9l4-4 4 4M16 4v15M12 15l4 4 4-4',
};

const timeOf = (date) => dateFormat({ hour: 'numeric', minute: '2-digit' }).format(date);

const icon = (name) => makeIcon('card-icon', '0 0 24 24', ICONS[name]);

const note = (words) => say(make('p', { class: 'message-text' }), words);

const head = ({ receivedAt }, title, ...icons) =>
  make(
    'p',
    { class: 'message-head' },
    ...icons,
    say(make('span', { class: 'message-title' }), title),
    say(make('time', { datetime: receivedAt }), () => timeOf(new Date(receivedAt))),
  );

/** A voice message spells the digits apart. */
const findCode = (text, code) =>
  [code, code.split('').join(' ')].find((written) => text.includes(written));

const messageText = ({ text: message, code }) => {
  const found = code ? findCode(message, code) : undefined;
  const [before, ...after] = found ? message.split(found) : [message];
  const parts = found ? [before, make('strong', {}, found), after.join(found)] : [before];
  // The message has its own language.
  return make('p', { class: 'message-text', dir: 'auto' }, ...parts);
};

const copyButtons = ({ code }, label = () => text('copyCode', { code })) => {
  if (!code) return [];
  const button = make('button', { type: 'button', class: 'copy' });
  copyOnClick(button, label, code);
  return [button];
};

const card = (kind, ...children) => make('li', { class: `message is-${kind}` }, ...children);

const textCard = (message) =>
  card(
    'text',
    head(message, message.channel === 'sms' ? 'message' : () => message.channel),
    messageText(message),
    ...copyButtons(message),
  );

const chatCard = (message) =>
  card(
    'chat',
    head(message, () => 'WhatsApp', icon('chat')),
    make('div', { class: 'bubble' }, messageText(message), ...copyButtons(message)),
  );

const missedCallCard = (message) =>
  card(
    'missed',
    head(message, 'missedCall', icon('missed')),
    make('p', { class: 'caller', dir: 'ltr' }, formatPhoneNumber(message.code ?? '')),
    ...copyButtons(message, 'copyNumber'),
  );

const callCard = (message) => {
  const element = card('call');
  const answerCall = () => {
    element.classList.remove('is-ringing');
    element.replaceChildren(
      head(message, 'voiceCall', icon('handset')),
      messageText(message),
      ...copyButtons(message),
    );
  };
  if (serverNow() - Date.parse(message.receivedAt) > RING_DURATION_MS) {
    answerCall();
    return element;
  }
  const answer = say(make('button', { type: 'button', class: 'answer' }), 'answer');
  answer.addEventListener('click', () => {
    answerCall();
    // The focused button is gone, so focus the next one.
    element.querySelector('button')?.focus();
  });
  element.classList.add('is-ringing');
  element.append(head(message, 'incomingCall', icon('handset')), note('voiceHow'), answer);
  return element;
};

/** Links only web addresses, because the service supplies the text. */
const dataCard = (message) => {
  const address = make('p', { class: 'address', dir: 'ltr' }, message.text);
  const element = card('data', head(message, 'dataRequest', icon('data')), address);
  if (!/^https?:\/\//i.test(message.text)) return element;
  const link = make('a', {
    class: 'open',
    href: message.text,
    target: '_blank',
    rel: 'noopener noreferrer',
  });
  const opened = make('p', { class: 'message-text' });
  link.addEventListener('click', () => say(opened, 'opened'));
  element.append(say(link, 'openData'), opened);
  return element;
};

const CARDS = new Map([
  ['sms', textCard],
  ['voice', callCard],
  ['flashcall', missedCallCard],
  ['whatsapp', chatCard],
  ['seamless', dataCard],
]);

export const messageCard = (message) => (CARDS.get(message.channel) ?? textCard)(message);

/** The announcement for screen readers. The content of a call stays hidden until it is answered. */
export const arrivalText = ({ channel, to, code, text }) => {
  const phone = formatPhoneNumber(to);
  if (channel === 'voice') return `Incoming call for ${phone}.`;
  if (channel === 'flashcall')
    return `Missed call for ${phone} from ${formatPhoneNumber(code ?? '')}.`;
  if (channel === 'seamless') return `Data request for ${phone}.`;
  return `New message for ${phone}: ${text}`;
};
