import { problemFaults } from './support/problem.js';
import { PRODUCTION } from './support/production.js';
import { TestService } from '../../support/service.js';

describe('what is switched on only on purpose', () => {
  const DOCUMENTS = ['/openapi.json', '/docs', '/docs/assets/swagger-ui.css'];
  const DEMO = [
    '/',
    '/simulator',
    '/simulator/inbox',
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

  test('in production there are no documents, no demo and no phones', async () => {
    const service = await TestService.start(PRODUCTION);
    try {
      await expectNone(service, [...DOCUMENTS, ...DEMO, ...NEVER]);
    } finally {
      await service.stop();
    }
  });

  test('DOCS=true brings the documents to production, and not the demo', async () => {
    const service = await TestService.start({ ...PRODUCTION, DOCS: 'true' });
    try {
      expect((await service.get('/openapi.json')).status).toBe(200);
      await expectNone(service, ['/', '/simulator', '/simulator/inbox', ...NEVER]);
    } finally {
      await service.stop();
    }
  });

  test('DOCS=false takes the documents away in development', async () => {
    const service = await TestService.start({ DOCS: 'false' });
    try {
      await expectNone(service, [...DOCUMENTS, ...NEVER]);
    } finally {
      await service.stop();
    }
  });
});
