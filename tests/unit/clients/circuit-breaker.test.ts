import { CircuitBreaker, DEFAULT_BREAKER } from '../../../src/clients/circuit-breaker.js';

let now: number;
let breaker: CircuitBreaker;
beforeEach(() => {
  now = 1_000_000;
  breaker = new CircuitBreaker(DEFAULT_BREAKER, () => now);
});

const times = (count: number, act: () => void) => {
  for (let i = 0; i < count; i += 1) act();
};
const fail = () => breaker.failed();
const succeed = () => breaker.succeeded();

describe('a closed circuit', () => {
  test('admits all calls', () => {
    expect(breaker.state).toBe('closed');
    expect(breaker.enter()).toBe(0);
  });

  test('opens at the fifth consecutive failure', () => {
    times(4, fail);
    expect(breaker.state).toBe('closed');
    fail();
    expect(breaker.state).toBe('open');
  });

  test('resets the consecutive failures after a success', () => {
    times(4, fail);
    succeed();
    times(4, fail);
    expect(breaker.state).toBe('closed');
  });

  test('opens when half of ten calls fail, in any order', () => {
    times(4, () => {
      succeed();
      fail();
    });
    expect(breaker.state).toBe('closed');
    succeed();
    fail();
    expect(breaker.state).toBe('open');
  });

  test('ignores calls older than the window', () => {
    times(4, () => {
      succeed();
      fail();
    });
    now += DEFAULT_BREAKER.windowMs + 1;
    succeed();
    fail();
    expect(breaker.state).toBe('closed');
  });

  test('stays closed while less than half of the calls fail', () => {
    times(100, () => {
      succeed();
      succeed();
      fail();
    });
    expect(breaker.state).toBe('closed');
  });

  test('never opens when it is disabled', () => {
    const off = new CircuitBreaker({ ...DEFAULT_BREAKER, consecutiveFailures: 0 }, () => now);
    times(100, () => off.failed());
    expect(off.state).toBe('closed');
  });
});

describe('an open circuit', () => {
  beforeEach(() => times(5, fail));

  test('refuses calls and returns the remaining time', () => {
    expect(breaker.enter()).toBe(30_000);
    now += 29_999;
    expect(breaker.enter()).toBe(1);
  });

  test('admits one probe at a time when its time is over', () => {
    now += 30_000;
    expect(breaker.state).toBe('half-open');
    expect(breaker.enter()).toBe(0);
    expect(breaker.enter()).toBeGreaterThan(0);
  });

  test('closes when the probe succeeds', () => {
    now += 30_000;
    breaker.enter();
    succeed();
    expect(breaker.state).toBe('closed');
    times(4, fail);
    expect(breaker.state).toBe('closed');
  });

  test('opens again for the same time when the probe fails', () => {
    now += 30_000;
    breaker.enter();
    fail();
    expect(breaker.enter()).toBe(30_000);
    now += 30_000;
    expect(breaker.enter()).toBe(0);
  });
});

test.each([
  ['by a failure rate', () => times(5, () => (succeed(), fail())), 30_000],
  ['by open()', () => breaker.open(7_000), 7_000],
])('a circuit opened %s opens again when its probe fails', (_how, open, openMs) => {
  open();
  expect(breaker.enter()).toBe(openMs);
  now += openMs;
  expect(breaker.enter()).toBe(0);
  fail();
  expect([breaker.state, breaker.enter()]).toEqual(['open', 30_000]);
});

test('open() waits exactly as long as requested', () => {
  breaker.open(7_000);
  expect(breaker.enter()).toBe(7_000);
  now += 7_000;
  expect(breaker.enter()).toBe(0);
});

test('a circuit that closes again does not count the calls before it opened', () => {
  times(4, () => (succeed(), fail()));
  breaker.open(1_000);
  now += 1_000;
  breaker.enter();
  succeed();
  fail();
  expect(breaker.state).toBe('closed');
});

describe('calls that were in progress at open()', () => {
  beforeEach(() => breaker.open(7_000));

  test('do not shorten the wait by succeeding', () => {
    succeed();
    expect(breaker.enter()).toBe(7_000);
  });

  test('do not extend the wait by failing', () => {
    times(5, fail);
    expect(breaker.enter()).toBe(7_000);
    now += 7_000;
    expect(breaker.enter()).toBe(0);
  });

  test('do not shorten the wait by a shorter open()', () => {
    breaker.open(2_000);
    expect(breaker.enter()).toBe(7_000);
    breaker.open(9_000);
    expect(breaker.enter()).toBe(9_000);
  });
});

test('the memory stays bounded after a million calls', () => {
  times(5_000, succeed);
  const recent = (breaker as unknown as { recent: unknown[] }).recent;
  expect(recent.length).toBeLessThanOrEqual(1_000);
});
