import { setTimeout as sleep } from 'node:timers/promises';
import {
  SemaphoreTimeoutError,
  PrioritySemaphore,
  type Priority,
} from '../../../src/database/priority-semaphore.js';

const PATIENCE = { normal: 60, high: 200 };

/** Jobs that end on demand, and the order in which they were admitted. */
class Jobs {
  readonly admitted: string[] = [];
  private readonly ends = new Map<string, () => void>();

  constructor(private readonly gate: PrioritySemaphore) {}

  enter(name: string, lane: Priority): Promise<void> {
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

test('what finishes work goes before what begins some, each in the order of arrival', async () => {
  const crowd = new Crowd(new PrioritySemaphore(1, { normal: 5_000, high: 5_000 }));
  const all = [crowd.enter('first', 'normal')];
  for (const name of ['b1', 'b2']) all.push(crowd.enter(name, 'normal'));
  for (const name of ['f1', 'f2']) all.push(crowd.enter(name, 'high'));
  for (const name of ['first', 'f1', 'f2', 'b1', 'b2']) await crowd.end(name);
  await Promise.all(all);
  expect(jobs.admitted).toEqual(['first', 'f1', 'f2', 'b1', 'b2']);
});

test('runs as many at once as there are places, also after failures', async () => {
  const gate = new PrioritySemaphore(2, PATIENCE);
  await expect(gate.run('normal', () => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
  const crowd = new Crowd(gate);
  const all = ['a', 'b', 'c'].map((name) => crowd.enter(name, 'high'));
  await new Promise(setImmediate);
  expect(jobs.admitted).toEqual(['a', 'b']);
  for (const name of ['a', 'b', 'c']) await jobs.end(name);
  await Promise.all(all);
});

test('whoever has waited in vain leaves, and its place goes to somebody else', async () => {
  const crowd = new Crowd(new PrioritySemaphore(1, PATIENCE));
  const running = crowd.enter('running', 'normal');
  const tooLate = crowd.enter('too late', 'normal');
  const patient = crowd.enter('patient', 'high');
  await expect(tooLate).rejects.toBeInstanceOf(SemaphoreTimeoutError);
  await crowd.end('running');
  await sleep(5);
  await jobs.end('patient');
  await Promise.all([running, patient]);
  expect(jobs.admitted).toEqual(['running', 'patient']);
});
