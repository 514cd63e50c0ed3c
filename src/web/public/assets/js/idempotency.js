/** randomUUID exists only on https and localhost; a key needs no more than being unlikely to repeat. */
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

const UNANSWERED = new Set(['unreachable', 'idempotency_in_progress']);

/**
 * One key per user action. When no answer came, the next try with the same body is still the same action: it keeps the
 * key, so that a lost answer never costs a second message.
 */
export const createActionKeys = () => {
  let pending = null;
  return {
    keyFor(body) {
      const text = JSON.stringify(body);
      if (pending?.text !== text) pending = { text, key: newKey() };
      return pending.key;
    },
    settle(problemCode) {
      if (!UNANSWERED.has(problemCode)) pending = null;
    },
  };
};
