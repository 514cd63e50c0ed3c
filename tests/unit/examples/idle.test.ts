import { expect, it } from '@jest/globals';
import { endNotice, idleMinutes, isUnseen } from '../../../examples/nextjs/lib/idle.js';

const MINUTE = 60_000;
const HOUR_SECONDS = 3600;

it('counts the minutes since the last request when the session has gone idle', () => {
  const activity = { renewedAt: 0, seenAt: 14 * MINUTE };
  expect(idleMinutes(activity, HOUR_SECONDS, 62 * MINUTE)).toBe(48);
  expect(idleMinutes(activity, HOUR_SECONDS, 300 * MINUTE)).toBe(60);
  expect(idleMinutes({ renewedAt: 0, seenAt: 0 }, 10, 10_000)).toBe(1);
});

it('names no minutes when something else has ended the session', () => {
  expect(idleMinutes({ renewedAt: 0, seenAt: 0 }, HOUR_SECONDS, 59 * MINUTE)).toBeUndefined();
});

it('says why the session ended', () => {
  expect(endNotice(48)).toContain('signed out after 48 minutes without activity');
  expect(endNotice(1)).toContain('signed out after 1 minute without activity');
  expect(endNotice(undefined)).not.toMatch(/minute|activity/);
});

it('writes activity once a minute', () => {
  expect(isUnseen({ renewedAt: 0, seenAt: 0 }, MINUTE - 1)).toBe(false);
  expect(isUnseen({ renewedAt: 0, seenAt: 0 }, MINUTE)).toBe(true);
});
