import type { HealthController } from '../controllers/health.controller.js';
import { healthAnswer } from '../schemas/health.schema.js';
import type { Route } from './route.js';

export function healthRoutes(health: HealthController): Route[] {
  return [
    {
      method: 'get',
      path: '/livez',
      tag: 'Health',
      summary: 'Whether the process answers; asks nobody else',
      answer: healthAnswer,
      answerDescription: 'It does.',
      errors: [],
      handle: health.live,
    },
    {
      method: 'get',
      path: '/readyz',
      tag: 'Health',
      summary: 'Whether the process should get traffic',
      answer: healthAnswer,
      answerDescription: 'It is not stopping and the database answers.',
      errors: ['service_unavailable'],
      handle: health.ready,
    },
  ];
}
