import { numberAsText } from '../../../src/cli/print.js';
import { deliveriesAsText } from '../../../src/cli/print-webhooks.js';
import type { Delivery } from '../../../src/services/webhooks/endpoint.service.js';

const AT = new Date('2026-12-01T02:03:04.005Z');

test('times of a number are in UTC, and a message that was never sent says so', () => {
  const state = {
    ...{ phoneNumber: '+14155552671', country: 'US', wrongRun: 0, stopped: false, cooldown: 0 },
    ...{ rules: [], limits: [], verifications: [], user: null },
  };
  const lineOf = (lastSendAt: Date | null) =>
    numberAsText({ ...state, lastSendAt }).find((line) => line.startsWith('last message'));
  expect(lineOf(AT)).toBe('last message  2026-12-01T02:03:04.005Z');
  expect(lineOf(null)).toBe('last message  never');
});

test('a delivery shows its last answer', () => {
  const attempt = (status: number | null, error: string | null) => ({ status, error });
  const delivery = {
    ...{ id: '1042', type: 'verification.verified', status: 'delivered', occurredAt: AT },
    attempts: [attempt(null, 'timeout'), attempt(500, 'status_5xx'), attempt(204, null)],
  };
  const shown = (attempts: object[]) =>
    deliveriesAsText([{ ...delivery, attempts } as unknown as Delivery])[0];
  expect(shown(delivery.attempts)).toMatch(/ 3 attempts, 204$/);
  expect(shown(delivery.attempts.slice(0, 1))).toMatch(/ 1 attempts, timeout$/);
  expect(shown([])).toMatch(/ 0 attempts, not attempted$/);
});
