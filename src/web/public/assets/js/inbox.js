import { readInbox } from './simulator-api.js';

const POLL_INTERVAL_MS = 1000;

/**
 * Polls the inbox while the page is visible. `onState` gets 'live', 'lost' (no response) or
 * 'absent' (no simulator).
 * @returns a function that stops it.
 */
export const watchInbox = (to, onMessages, onState) => {
  const abort = new AbortController();
  let timer = null;

  const readOnce = async () => {
    try {
      const messages = await readInbox(to, abort.signal);
      if (abort.signal.aborted) return;
      onState?.('live');
      onMessages(messages);
    } catch (error) {
      if (!abort.signal.aborted) onState?.(error.status === 404 ? 'absent' : 'lost');
    }
  };

  const loop = async () => {
    if (!document.hidden) await readOnce();
    if (!abort.signal.aborted) timer = setTimeout(loop, POLL_INTERVAL_MS);
  };

  loop();
  return () => {
    abort.abort();
    clearTimeout(timer);
  };
};
