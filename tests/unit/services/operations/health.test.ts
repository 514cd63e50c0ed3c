import type { DatabaseState } from '../../../../src/database/probe.js';
import { createLogger } from '../../../../src/observability/logger.js';
import { HealthService } from '../../../../src/services/operations/health.service.js';
import { LogCapture } from '../../../support/evidence.js';

describe('the readiness of a process', () => {
  const answering = (answers: boolean) => {
    const probes: boolean[] = [];
    const state: DatabaseState = answers ? {} : { error: new Error('away') };
    const health = new HealthService(
      () => {
        probes.push(answers);
        return Promise.resolve(state);
      },
      createLogger({ level: 'error', stream: new LogCapture() }),
    );
    return { health, probes };
  };

  test.each([true, false])('is that of the database, asked once a second: %p', async (answers) => {
    const { health, probes } = answering(answers);
    const many = Array.from({ length: 20 }, () => health.isReady());
    expect(new Set(await Promise.all(many))).toEqual(new Set([answers]));
    expect(probes).toHaveLength(1);
  });

  test('ends when the process stops, although the database answers', async () => {
    const { health } = answering(true);
    const asked = health.isReady();
    health.drain();
    expect([await asked, await health.isReady()]).toEqual([false, false]);
  });
});
