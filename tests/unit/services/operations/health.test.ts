import { HealthService } from '../../../../src/services/operations/health.service.js';

describe('the readiness of a process', () => {
  const answering = (answers: boolean) => {
    const probes: boolean[] = [];
    const health = new HealthService(() => {
      probes.push(answers);
      return Promise.resolve(answers);
    });
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
