import express, { type Application } from 'express';
import { VERSION } from './config/version.js';
import type { Container } from './container/container.js';
import { AppError } from './errors/app-error.js';
import { admission } from './middlewares/admission.js';
import { forwardedFor } from './middlewares/client-ip.js';
import { crossOrigin } from './middlewares/cors.js';
import { errorHandler } from './middlewares/error-handler.js';
import { idempotency } from './middlewares/idempotency.js';
import { idempotentCheck } from './middlewares/idempotent-check.js';
import { metricsEndpoint } from './middlewares/metrics.js';
import { requestContext } from './middlewares/request-context.js';
import { securityHeaders } from './middlewares/security-headers.js';
import { buildOpenApi } from './openapi/document.js';
import { mountRoutes } from './routes/mount.js';
import { webRouter } from './web/web.routes.js';

/** Health and metrics bypass admission control. */
const ADMISSION_EXEMPT_PATHS = ['/livez', '/readyz'];

/** Builds the app: middlewares, routes and error handler, in this order. Never listens. */
export function createApp(container: Container): Application {
  const { config, logger, metrics, routes, developmentRouter } = container;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.set('query parser', 'simple');
  app.set('trust proxy', config.trustProxy.length > 0 ? config.trustProxy : false);

  if (config.trustProxy.length > 0) app.use(forwardedFor(logger));
  app.use(requestContext(logger, metrics));
  app.use(securityHeaders());
  for (const handler of crossOrigin(config.corsOrigins, config.auth.enabled)) app.use(handler);
  mountRoutes(app, routes, {
    admission: admission(config.providerMaxConcurrent * 2, ADMISSION_EXEMPT_PATHS),
    idempotency: {
      send: idempotency(container.idempotency, logger),
      check: idempotentCheck(container.checkKeys, logger),
    },
  });
  if (config.metricsToken !== undefined) {
    app.get('/metrics', metricsEndpoint(metrics, config.metricsToken));
  }
  if (config.docs) {
    const document = buildOpenApi(routes, { version: VERSION, basePath: '' });
    app.get('/openapi.json', (_req, res) => void res.json(document));
  }
  if (developmentRouter) app.use(developmentRouter);
  app.use(webRouter({ demo: config.demo, docs: config.docs, channels: container.channels }));
  app.use((_req, _res, next) => next(new AppError('not_found')));
  app.use(errorHandler(logger));
  return app;
}
