import { formatPhoneNumber } from '../client/element.js';
import { announce, whileBusy } from './busy.js';
import { copyOnClick } from './clipboard.js';
import { byId, make } from './dom.js';
import { watchInbox } from './inbox.js';
import { arrivalText } from './phone-cards.js';
import { createPhone } from './phone-view.js';
import { serviceUrl } from './service-url.js';
import { clearInbox } from './simulator-api.js';

const STATES = {
  live: 'Live',
  lost: 'Connection lost, trying again',
  absent: 'No simulator: real providers deliver',
};

const phones = new Map();
let knownIds = null;

const byNumber = (messages) => {
  const groups = new Map();
  for (const message of messages)
    groups.set(message.to, [...(groups.get(message.to) ?? []), message]);
  return groups;
};

const addPhone = (number) => {
  const name = formatPhoneNumber(number);
  const phone = createPhone({ name: `Phone ${name}` });
  const item = make(
    'li',
    { class: 'phone-item' },
    make('h2', { class: 'phone-number' }, name),
    phone.element,
  );
  phones.set(number, { ...phone, item });
};

const removePhones = (groups) => {
  for (const [number, { item }] of phones) {
    if (groups.has(number)) continue;
    item.remove();
    phones.delete(number);
  }
};

/** Moves only misplaced elements, because a moved element loses the focus. */
const reorderPhones = (numbers) => {
  numbers.forEach((number, index) => {
    const { item } = phones.get(number);
    const there = byId('phones').children[index];
    if (there !== item) byId('phones').insertBefore(item, there ?? null);
  });
};

const announceNew = (messages) => {
  const fresh = knownIds ? messages.filter((message) => !knownIds.has(message.id)) : [];
  knownIds = new Set(messages.map((message) => message.id));
  if (fresh.length === 1) announce(arrivalText(fresh[0]));
  else if (fresh.length > 1) announce(`${fresh.length} new messages.`);
};

const showMessages = (messages) => {
  const groups = byNumber(messages);
  removePhones(groups);
  for (const [number, own] of groups) {
    if (!phones.has(number)) addPhone(number);
    phones.get(number).show(own);
  }
  reorderPhones([...groups.keys()]);
  byId('empty').hidden = messages.length > 0;
  announceNew(messages);
};

const showState = (state) => {
  byId('live').dataset.state = state;
  if (byId('live-text').textContent !== STATES[state])
    byId('live-text').textContent = STATES[state];
};

const clear = async () => {
  byId('error').textContent = '';
  try {
    await clearInbox();
    showMessages([]);
    announce('All messages were cleared.');
  } catch {
    byId('error').textContent = 'The messages could not be cleared. Check your connection.';
  }
};

byId('clear').addEventListener('click', () => {
  void whileBusy(byId('clear'), 'Clearing…', clear);
});

const command = `curl -X POST ${serviceUrl('/request-otp')} \\
  -H 'content-type: application/json' \\
  -d '{"phoneNumber":"+14155552671"}'`;
byId('curl').textContent = command;
copyOnClick(byId('copy-curl'), 'copy', command);
watchInbox(null, showMessages, showState);
