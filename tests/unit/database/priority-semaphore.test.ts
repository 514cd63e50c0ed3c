import { setTimeout as sleep } from 'node:timers/promises';
import {
  SemaphoreTimeoutError,
  PrioritySemaphore,
  type Priority,
} from '../../../src/database/priority-semaphore.js';

const TIMEOUTS_MS = { normal: 60, high: 200 };

class Jobs {
  readonly admitted: string[] = [];
  private readonly ends = new Map<string, () => void>();

  constructor(private readonly semaphore: PrioritySemaphore) {}

  enter(name: string, priority: Priority): Promise<void> {
    return this.semaphore.run(priority, () => {
      this.admitted.push(name);
      return new Promise((resolve) => this.ends.set(name, resolve));
    });
  }

  async end(name: string): Promise<void> {
    this.ends.get(name)?.();
    await new Promise(setImmediate);
  }
}

test('high priority goes before normal, each in order of arrival', async () => {
  const jobs = new Jobs(new PrioritySemaphore(1, { normal: 5_000, high: 5_000 }));
  const all = [jobs.enter('first', 'normal')];
  for (const name of ['b1', 'b2']) all.push(jobs.enter(name, 'normal'));
  for (const name of ['f1', 'f2']) all.push(jobs.enter(name, 'high'));
  for (const name of ['first', 'f1', 'f2', 'b1', 'b2']) await jobs.end(name);
  await Promise.all(all);
  expect(jobs.admitted).toEqual(['first', 'f1', 'f2', 'b1', 'b2']);
});

test('runs up to its capacity, also after failures', async () => {
  const semaphore = new PrioritySemaphore(2, TIMEOUTS_MS);
  await expect(semaphore.run('normal', () => Promise.reject(new Error('boom')))).rejects.toThrow(
    'boom',
  );
  const jobs = new Jobs(semaphore);
  const all = ['a', 'b', 'c'].map((name) => jobs.enter(name, 'high'));
  await new Promise(setImmediate);
  expect(jobs.admitted).toEqual(['a', 'b']);
  for (const name of ['a', 'b', 'c']) await jobs.end(name);
  await Promise.all(all);
});

test('a job that times out leaves, and its slot goes to another', async () => {
  const jobs = new Jobs(new PrioritySemaphore(1, TIMEOUTS_MS));
  const running = jobs.enter('running', 'normal');
  const tooLate = jobs.enter('too late', 'normal');
  const patient = jobs.enter('patient', 'high');
  await expect(tooLate).rejects.toBeInstanceOf(SemaphoreTimeoutError);
  await jobs.end('running');
  await sleep(5);
  await jobs.end('patient');
  await Promise.all([running, patient]);
  expect(jobs.admitted).toEqual(['running', 'patient']);
});
