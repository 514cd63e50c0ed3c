import type { HealthController } from '../controllers/health.controller.js';
import { healthResponse } from '../schemas/health.schema.js';
import type { Route } from './route.js';

export function healthRoutes(health: HealthController): Route[] {
  return [
    {
      method: 'get',
      path: '/livez',
      callers: 'anyone',
      operationId: 'checkLiveness',
      tag: 'Health',
      summary: 'Liveness probe',
      response: healthResponse,
      responseDescription: 'The process responds. No dependency is checked.',
      errors: [],
      handle: health.live,
    },
    {
      method: 'get',
      path: '/readyz',
      callers: 'anyone',
      operationId: 'checkReadiness',
      tag: 'Health',
      summary: 'Readiness probe',
      response: healthResponse,
      responseDescription:
        'The process is not shutting down, and the database responds and has the schema of this version.',
      errors: ['service_unavailable'],
      handle: health.ready,
    },
  ];
}
