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
  test('lets every call through', () => {
    expect(breaker.state).toBe('closed');
    expect(breaker.enter()).toBe(0);
  });

  test('opens at the fifth failure in a row, not at the fourth', () => {
    times(4, fail);
    expect(breaker.state).toBe('closed');
    fail();
    expect(breaker.state).toBe('open');
  });

  test('forgets a row of failures at a success', () => {
    times(4, fail);
    succeed();
    times(4, fail);
    expect(breaker.state).toBe('closed');
  });

  test('opens when half of ten calls failed, however they are mixed', () => {
    times(4, () => {
      succeed();
      fail();
    });
    expect(breaker.state).toBe('closed');
    succeed();
    fail();
    expect(breaker.state).toBe('open');
  });

  test('does not count what is older than the window', () => {
    times(4, () => {
      succeed();
      fail();
    });
    now += DEFAULT_BREAKER.windowMs + 1;
    succeed();
    fail();
    expect(breaker.state).toBe('closed');
  });

  test('stays closed while fewer than half fail', () => {
    times(100, () => {
      succeed();
      succeed();
      fail();
    });
    expect(breaker.state).toBe('closed');
  });

  test('never opens when it is switched off', () => {
    const off = new CircuitBreaker({ ...DEFAULT_BREAKER, consecutiveFailures: 0 }, () => now);
    times(100, () => off.failed());
    expect(off.state).toBe('closed');
  });
});

describe('an open circuit', () => {
  beforeEach(() => times(5, fail));

  test('refuses and says for how long', () => {
    expect(breaker.enter()).toBe(30_000);
    now += 29_999;
    expect(breaker.enter()).toBe(1);
  });

  test('lets one probe through when its time is over, and no second one meanwhile', () => {
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

  test('opens for as long again when the probe fails', () => {
    now += 30_000;
    breaker.enter();
    fail();
    expect(breaker.enter()).toBe(30_000);
    now += 30_000;
    expect(breaker.enter()).toBe(0);
  });
});

test('somebody who asks for patience gets exactly what was asked', () => {
  breaker.open(7_000);
  expect(breaker.enter()).toBe(7_000);
  now += 7_000;
  expect(breaker.enter()).toBe(0);
});

describe('what was under way when somebody asked for patience', () => {
  beforeEach(() => breaker.open(7_000));

  test('does not cut it short by succeeding', () => {
    succeed();
    expect(breaker.enter()).toBe(7_000);
  });

  test('does not stretch it by failing', () => {
    times(5, fail);
    expect(breaker.enter()).toBe(7_000);
    now += 7_000;
    expect(breaker.enter()).toBe(0);
  });

  test('does not shorten it by asking for less', () => {
    breaker.open(2_000);
    expect(breaker.enter()).toBe(7_000);
    breaker.open(9_000);
    expect(breaker.enter()).toBe(9_000);
  });
});

test('a million calls leave a bounded memory of them', () => {
  times(5_000, succeed);
  const recent = (breaker as unknown as { recent: unknown[] }).recent;
  expect(recent.length).toBeLessThanOrEqual(1_000);
});
