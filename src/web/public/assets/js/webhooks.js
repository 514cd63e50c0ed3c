import { announce, whileBusy } from './busy.js';
import { copyOnClick } from './clipboard.js';
import { byId, make } from './dom.js';
import { serviceUrl } from './service-url.js';
import { clearWebhooks, readWebhooks } from './simulator-api.js';

const POLL_INTERVAL_MS = 1000;
const STATES = { live: 'Live', lost: 'Connection lost, trying again' };

let shown = [];

const itemOf = ({ id, receivedAt, isGenuine, type, event }) =>
  make(
    'li',
    { class: 'card' },
    make('h2', {}, type),
    make(
      'p',
      { class: 'event-facts' },
      make('time', { datetime: receivedAt }, new Date(receivedAt).toLocaleTimeString()),
      make(
        'span',
        isGenuine ? {} : { class: 'event-forged' },
        isGenuine ? 'Signature verified' : 'Signature wrong',
      ),
      make('code', {}, id),
    ),
    make(
      'details',
      {},
      make('summary', {}, 'Body'),
      make('pre', { tabindex: '0' }, make('code', {}, JSON.stringify(event, null, 2))),
    ),
  );

/** Adds what is new and keeps the rest, because an open body would close. */
const show = (events) => {
  const known = new Set(shown.map(({ id, receivedAt }) => id + receivedAt));
  const fresh = events.filter(({ id, receivedAt }) => !known.has(id + receivedAt));
  if (fresh.length === events.length) byId('events').replaceChildren();
  byId('events').prepend(...fresh.map(itemOf));
  while (byId('events').children.length > events.length) byId('events').lastElementChild.remove();
  byId('empty').hidden = events.length > 0;
  if (shown.length > 0 && fresh.length > 0) announce(`${fresh.length} new events.`);
  shown = events;
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
