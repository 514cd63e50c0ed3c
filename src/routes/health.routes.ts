import type { HealthController } from '../controllers/health.controller.js';
import { healthResponse } from '../schemas/health.schema.js';
import type { Route } from './route.js';

export function healthRoutes(health: HealthController): Route[] {
  return [
    {
      method: 'get',
      path: '/livez',
      tag: 'Health',
      summary: 'Whether the process answers; asks nobody else',
      response: healthResponse,
      responseDescription: 'It does.',
      errors: [],
      handle: health.live,
    },
    {
      method: 'get',
      path: '/readyz',
      tag: 'Health',
      summary: 'Whether the process should get traffic',
      response: healthResponse,
      responseDescription: 'It is not stopping and the database answers.',
      errors: ['service_unavailable'],
      handle: health.ready,
    },
  ];
}
