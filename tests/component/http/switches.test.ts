import { problemFaults } from './support/problem.js';
import { PRODUCTION } from './support/production.js';
import { TestService } from '../../support/service.js';

describe('features that are off by default', () => {
  const DOCUMENTS = ['/openapi.json', '/docs', '/docs/assets/swagger-ui.css'];
  const DEMO = [
    '/',
    '/simulator',
    '/simulator/inbox',
    '/simulator/webhooks',
    '/simulator/webhooks/events',
    '/simulator/inbox?to=%2B14155552671',
    '/favicon.svg',
    '/assets/js/dom.js',
  ];
  const NEVER = [
    '/metrics',
    '/admin',
    '/debug',
    '/healthz',
    '/verification/v1/verifications',
    '/xms/v1/x/batches',
  ];

  const expectNone = async (service: TestService, paths: readonly string[]) => {
    for (const path of paths)
      expect(problemFaults(await service.get(path), 404, 'not_found')).toEqual([]);
  };

  test('production serves no API documents, no demo and no simulated phones', async () => {
    const service = await TestService.start(PRODUCTION);
    try {
      await expectNone(service, [...DOCUMENTS, ...DEMO, ...NEVER]);
    } finally {
      await service.stop();
    }
  });

  test('DOCS=true serves the API documents in production, but not the demo', async () => {
    const service = await TestService.start({ ...PRODUCTION, DOCS: 'true' });
    try {
      expect((await service.get('/openapi.json')).status).toBe(200);
      await expectNone(service, ['/', '/simulator', '/simulator/inbox', ...NEVER]);
    } finally {
      await service.stop();
    }
  });

  test('DOCS=false disables the API documents in development', async () => {
    const service = await TestService.start({ DOCS: 'false' });
    try {
      await expectNone(service, [...DOCUMENTS, ...NEVER]);
    } finally {
      await service.stop();
    }
  });
});
