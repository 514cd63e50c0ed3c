import { formatPhoneNumber } from '../client/element.js';
import { announce } from './busy.js';
import { byId, make } from './dom.js';
import { watchInbox } from './inbox.js';
import { arrivalText } from './phone-cards.js';
import { createPhone } from './phone-view.js';
import { clearInbox } from './simulator-api.js';
import { showState, startPage } from './simulator-page.js';

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

startPage('messages', async () => {
  await clearInbox();
  showMessages([]);
});
watchInbox(null, showMessages, showState);
