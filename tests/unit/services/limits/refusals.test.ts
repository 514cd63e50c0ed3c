import { refusalOf } from '../../../../src/services/limits/refusals.js';

test.each([
  [0, 1],
  [1, 1],
  [1.01, 2],
  [1.5, 2],
  [59.999, 60],
])('a wait of %d s is a Retry-After of %d, after which the limit has room', (wait, retryAfter) => {
  const row = { refused_by: 'send-per-phone', quota: 5, window_seconds: 3600, wait };
  expect(refusalOf(row)).toEqual({
    by: 'send-per-phone',
    retryAfter,
    limit: { name: 'send-per-phone', quota: 5, windowSeconds: 3600 },
  });
});
