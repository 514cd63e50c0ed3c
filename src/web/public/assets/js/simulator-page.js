import { announce, whileBusy } from './busy.js';
import { copyOnClick } from './clipboard.js';
import { byId } from './dom.js';
import { serviceUrl } from './service-url.js';

const STATES = {
  live: 'Live',
  lost: 'Connection lost, trying again',
  absent: 'No simulator: real providers deliver',
};

/** Shows whether the page is up to date: `live`, `lost` or `absent`. */
export const showState = (state) => {
  byId('live').dataset.state = state;
  if (byId('live-text').textContent !== STATES[state])
    byId('live-text').textContent = STATES[state];
};

/** Starts "Clear all" and the command for the first message. `noun` is what the page lists. */
export const startPage = (noun, clear) => {
  const clearAll = async () => {
    byId('error').textContent = '';
    try {
      await clear();
      announce(`All ${noun} were cleared.`);
    } catch {
      byId('error').textContent = `The ${noun} could not be cleared. Check your connection.`;
    }
  };
  byId('clear').addEventListener('click', () => {
    void whileBusy(byId('clear'), 'Clearing…', clearAll);
  });
  const command = `curl -X POST ${serviceUrl('/request-otp')} \\
  -H 'content-type: application/json' \\
  -d '{"phoneNumber":"+14155552671"}'`;
  byId('curl').textContent = command;
  copyOnClick(byId('copy-curl'), 'copy', command);
};
