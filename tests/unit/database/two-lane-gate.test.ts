import { setTimeout as sleep } from 'node:timers/promises';
import { GateTimeoutError, TwoLaneGate, type Lane } from '../../../src/database/two-lane-gate.js';

const TIMEOUTS_MS = { beginning: 60, finishing: 200 };

class Jobs {
  readonly admitted: string[] = [];
  private readonly ends = new Map<string, () => void>();

  constructor(private readonly gate: TwoLaneGate) {}

  enter(name: string, lane: Lane): Promise<void> {
    return this.gate.run(lane, () => {
      this.admitted.push(name);
      return new Promise((resolve) => this.ends.set(name, resolve));
    });
  }

  async end(name: string): Promise<void> {
    this.ends.get(name)?.();
    await new Promise(setImmediate);
  }
}

test('finishing work goes before beginning work, each in order of arrival', async () => {
  const jobs = new Jobs(new TwoLaneGate(1, { beginning: 5_000, finishing: 5_000 }));
  const all = [jobs.enter('first', 'beginning')];
  for (const name of ['b1', 'b2']) all.push(jobs.enter(name, 'beginning'));
  for (const name of ['f1', 'f2']) all.push(jobs.enter(name, 'finishing'));
  for (const name of ['first', 'f1', 'f2', 'b1', 'b2']) await jobs.end(name);
  await Promise.all(all);
  expect(jobs.admitted).toEqual(['first', 'f1', 'f2', 'b1', 'b2']);
});

test('runs up to its capacity, also after failures', async () => {
  const gate = new TwoLaneGate(2, TIMEOUTS_MS);
  await expect(gate.run('beginning', () => Promise.reject(new Error('boom')))).rejects.toThrow(
    'boom',
  );
  const jobs = new Jobs(gate);
  const all = ['a', 'b', 'c'].map((name) => jobs.enter(name, 'finishing'));
  await new Promise(setImmediate);
  expect(jobs.admitted).toEqual(['a', 'b']);
  for (const name of ['a', 'b', 'c']) await jobs.end(name);
  await Promise.all(all);
});

test('a job that times out leaves, and its slot goes to another', async () => {
  const jobs = new Jobs(new TwoLaneGate(1, TIMEOUTS_MS));
  const running = jobs.enter('running', 'beginning');
  const tooLate = jobs.enter('too late', 'beginning');
  const patient = jobs.enter('patient', 'finishing');
  await expect(tooLate).rejects.toBeInstanceOf(GateTimeoutError);
  await jobs.end('running');
  await sleep(5);
  await jobs.end('patient');
  await Promise.all([running, patient]);
  expect(jobs.admitted).toEqual(['running', 'patient']);
});
