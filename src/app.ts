import express, { type Application, type IRouter } from 'express';
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
  const { config, logger, metrics } = container;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.set('query parser', 'simple');
  app.set('trust proxy', config.trustProxy.length > 0 ? config.trustProxy : false);

  if (config.trustProxy.length > 0) app.use(forwardedFor(logger));
  app.use(requestContext(logger, metrics));
  app.use(securityHeaders());
  const { applications } = container;
  app.use(crossOrigin(config.corsOrigins, (origin) => applications.isOrigin(origin)));
  const serve = endpoints(container);
  serve(app);
  if (config.basePath !== '') {
    // For proxies that leave the prefix in the path. Our own paths come first: the prefix may be one of them.
    const prefixed = express.Router({ caseSensitive: true });
    serve(prefixed);
    app.use(literalPath(config.basePath), prefixed);
  }
  app.use((_req, _res, next) => next(new AppError('not_found')));
  app.use(errorHandler(logger));
  return app;
}

/** Mounts the API, the documents and the pages on a router. */
function endpoints(container: Container): (router: IRouter) => void {
  const { channels, config, demoKey, developmentRouter, logger, metrics, routes } = container;
  const { basePath, demo, docs } = config;
  const guards = {
    callers: container.callers,
    admission: admission(config.providerMaxConcurrent * 2, ADMISSION_EXEMPT_PATHS),
    idempotency: {
      send: idempotency(container.idempotency, logger),
      check: idempotentCheck(container.checkKeys, logger),
    },
  };
  const pages = webRouter({ demo, docs, basePath, channels, demoKey });
  // Built on the first request, because it takes 0.1 s.
  let document: ReturnType<typeof buildOpenApi> | undefined;
  const openApi = () =>
    (document ??= buildOpenApi(routes, {
      version: VERSION,
      basePath,
      isOpen: config.callers === 'open',
    }));
  return (router) => {
    mountRoutes(router, routes, guards);
    if (config.metricsToken !== undefined) {
      router.get('/metrics', metricsEndpoint(metrics, config.metricsToken));
    }
    if (docs) router.get('/openapi.json', (_req, res) => void res.json(openApi()));
    if (developmentRouter) router.use(developmentRouter);
    router.use(pages);
  };
}

/** Escapes what Express would read as a pattern. */
function literalPath(path: string): string {
  return path.replaceAll(/[\\{}()[\]+?!:*]/g, '\\$&');
}
