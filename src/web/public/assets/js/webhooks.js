import { formatPhoneNumber } from '../client/element.js';
import { announce, whileBusy } from './busy.js';
import { copyOnClick } from './clipboard.js';
import { byId, make } from './dom.js';
import { serviceUrl } from './service-url.js';
import { clearWebhooks, readWebhooks } from './simulator-api.js';

const POLL_INTERVAL_MS = 1000;
const STATES = { live: 'Live', lost: 'Connection lost, trying again' };

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

const showState = (state) => {
  byId('live').dataset.state = state;
  if (byId('live-text').textContent !== STATES[state])
    byId('live-text').textContent = STATES[state];
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

const clear = async () => {
  byId('error').textContent = '';
  try {
    await clearWebhooks();
    show([]);
    announce('All events were cleared.');
  } catch {
    byId('error').textContent = 'The events could not be cleared. Check your connection.';
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
poll();
