import { formatPhoneNumber } from '../client/element.js';
import { announce } from './busy.js';
import { byId, make } from './dom.js';
import { clearWebhooks, readWebhooks } from './simulator-api.js';
import { showState, startPage } from './simulator-page.js';

const POLL_INTERVAL_MS = 1000;

let shown = new Map();

const keyOf = ({ id, receivedAt }) => id + receivedAt;

const itemOf = ({ id, receivedAt, isGenuine, type, event }) => {
  const { phoneNumber, applicationId } = event?.data ?? {};
  const facts = [
    make('time', { datetime: receivedAt }, new Date(receivedAt).toLocaleTimeString()),
    phoneNumber && make('span', { class: 'event-number' }, formatPhoneNumber(phoneNumber)),
    applicationId && make('code', {}, applicationId),
  ];
  return make(
    'li',
    { class: 'card event' },
    make(
      'div',
      { class: 'event-head' },
      make('h2', {}, type),
      make(
        'p',
        { class: isGenuine ? 'event-genuine' : 'event-forged' },
        isGenuine ? 'Signature verified' : 'Signature wrong',
      ),
    ),
    make('p', { class: 'event-facts' }, ...facts.filter(Boolean)),
    make(
      'details',
      {},
      make('summary', {}, 'Body'),
      make('p', { class: 'event-facts' }, 'webhook-id ', make('code', {}, id)),
      make('pre', { tabindex: '0' }, make('code', {}, JSON.stringify(event, null, 2))),
    ),
  );
};

/** Adds what is new and leaves the rest where it is, because an open body would close. */
const show = (events) => {
  const items = new Map(events.map((one) => [keyOf(one), shown.get(keyOf(one)) ?? itemOf(one)]));
  for (const [key, item] of shown) if (!items.has(key)) item.remove();
  const list = byId('events');
  [...items.values()].forEach((item, i) => {
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
  });
  byId('empty').hidden = events.length > 0;
  const fresh = events.filter((one) => !shown.has(keyOf(one))).length;
  if (shown.size > 0 && fresh > 0) announce(fresh === 1 ? '1 new event.' : `${fresh} new events.`);
  shown = items;
};

const poll = async () => {
  try {
    if (!document.hidden) {
      show(await readWebhooks());
      showState('live');
    }
  } catch {
    showState('lost');
  }
  setTimeout(poll, POLL_INTERVAL_MS);
};

startPage('events', async () => {
  await clearWebhooks();
  show([]);
});
poll();
