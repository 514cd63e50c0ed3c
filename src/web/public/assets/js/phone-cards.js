import { formatPhoneNumber } from '../client/element.js';
import { copyOnClick } from './clipboard.js';
import { serverNow } from './clock.js';
import { make, makeIcon } from './dom.js';

/** An older call has stopped ringing when a page opens. */
const RING_DURATION_MS = 30_000;

const ICONS = {
  handset:
    'M6.500 3.500h3l1.800 4.700-2.300 1.500a11 11 0 0 0 5.300 5.300l1.500-2.300 4.700 1.800v3a3 3 0 0 1-3 3A14.500 14.500 0 0 1 3.500 6.500a3 3 0 0 1 3-3z',
  missed: 'M4 5l8 8 8-8M4 5v6M4 5h6M3 19q9-6 18 0',
  chat: 'M5 4h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z',
  data: 'M8 20V5M4 9l4-4 4 4M16 4v15M12 15l4 4 4-4',
};

const time = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });

const icon = (name) => makeIcon('card-icon', '0 0 24 24', ICONS[name]);

const head = ({ receivedAt }, title, ...icons) =>
  make(
    'p',
    { class: 'message-head' },
    ...icons,
    make('span', { class: 'message-title' }, title),
    make('time', { datetime: receivedAt }, time.format(new Date(receivedAt))),
  );

/** A voice message spells the digits apart. */
const findCode = (text, code) =>
  [code, code.split('').join(' ')].find((written) => text.includes(written));

const messageText = ({ text, code }) => {
  const found = code ? findCode(text, code) : undefined;
  if (!found) return make('p', { class: 'message-text' }, text);
  const at = text.indexOf(found);
  return make(
    'p',
    { class: 'message-text' },
    text.slice(0, at),
    make('strong', {}, found),
    text.slice(at + found.length),
  );
};

const copyButtons = ({ code }, label = `Copy ${code}`) => {
  if (!code) return [];
  const button = make('button', { type: 'button', class: 'copy' }, label);
  copyOnClick(button, code);
  return [button];
};

const card = (kind, ...children) => make('li', { class: `message is-${kind}` }, ...children);

const textCard = (message) =>
  card(
    'text',
    head(message, message.channel === 'sms' ? 'Message' : message.channel),
    messageText(message),
    ...copyButtons(message),
  );

const chatCard = (message) =>
  card(
    'chat',
    head(message, 'WhatsApp', icon('chat')),
    make('div', { class: 'bubble' }, messageText(message), ...copyButtons(message)),
  );

const missedCallCard = (message) =>
  card(
    'missed',
    head(message, 'Missed call', icon('missed')),
    make('p', { class: 'caller' }, formatPhoneNumber(message.code ?? '')),
    ...copyButtons(message, 'Copy the number'),
  );

const callCard = (message) => {
  const element = card('call');
  const answerCall = () => {
    element.classList.remove('is-ringing');
    element.replaceChildren(
      head(message, 'Voice call', icon('handset')),
      messageText(message),
      ...copyButtons(message),
    );
  };
  if (serverNow() - Date.parse(message.receivedAt) > RING_DURATION_MS) {
    answerCall();
    return element;
  }
  const answer = make('button', { type: 'button', class: 'answer' }, 'Answer');
  answer.addEventListener('click', () => {
    answerCall();
    // The focused button is gone, so focus the next one.
    element.querySelector('button')?.focus();
  });
  element.classList.add('is-ringing');
  element.append(
    head(message, 'Incoming call', icon('handset')),
    make('p', { class: 'message-text' }, 'A voice will read your code out.'),
    answer,
  );
  return element;
};

/** Links only web addresses, because the service supplies the text. */
const dataCard = (message) => {
  const address = make('p', { class: 'address' }, message.text);
  const element = card('data', head(message, 'Data request', icon('data')), address);
  if (!/^https?:\/\//i.test(message.text)) return element;
  const link = make(
    'a',
    { class: 'open', href: message.text, target: '_blank', rel: 'noopener noreferrer' },
    'Open over mobile data',
  );
  const opened = make('p', { class: 'message-text' });
  link.addEventListener('click', () => {
    opened.textContent = 'Opened. Continue on the page that asked you to verify.';
  });
  element.append(link, opened);
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
