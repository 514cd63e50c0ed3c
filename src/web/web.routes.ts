import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type RequestHandler, type Response, type Router } from 'express';
import { renderPages, type WebOptions } from './pages.js';

const PUBLIC_DIR = join(import.meta.dirname, 'public');
const ASSET_SECONDS = 60;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const setPolicy = (res: Response): void => {
  res.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
};

const packageDir = (name: string): string =>
  dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

const sendPage =
  (html: string): RequestHandler =>
  (_req, res) => {
    setPolicy(res);
    res.setHeader('Cache-Control', 'no-store');
    res.type('html').send(html);
  };

/** Named files only: a package's directory also holds things that nobody should be able to ask for. */
const sendFiles =
  (files: Readonly<Record<string, string>>): RequestHandler<{ file: string }> =>
  (req, res, next) => {
    const path = Object.hasOwn(files, req.params.file) ? files[req.params.file] : undefined;
    if (path === undefined) {
      next();
      return;
    }
    setPolicy(res);
    // A checkout may lie under a directory whose name begins with a dot.
    res.sendFile(path, { maxAge: ASSET_SECONDS * 1000, etag: false, dotfiles: 'allow' });
  };

/** The pages people look at, with their own content security policy; what is not one of them falls through. */
export const webRouter = (options: WebOptions): Router => {
  const router = express.Router({ caseSensitive: true });
  const pages = renderPages(PUBLIC_DIR, options);
  for (const [path, html] of pages) router.get(path, sendPage(html));
  if (pages.size === 0) return router;

  router.get('/:file', sendFiles({ 'favicon.svg': join(PUBLIC_DIR, 'favicon.svg') }));
  const phoneNumbers = packageDir('libphonenumber-js');
  router.get(
    '/assets/vendor/:file',
    sendFiles({
      'libphonenumber.js': join(phoneNumbers, 'bundle/libphonenumber-min.js'),
      'example-numbers.json': join(phoneNumbers, 'examples.mobile.json'),
    }),
  );
  if (options.docs) {
    const swagger = packageDir('swagger-ui-dist');
    router.get(
      '/docs/assets/:file',
      sendFiles({
        'swagger-ui.css': join(swagger, 'swagger-ui.css'),
        'swagger-ui-bundle.js': join(swagger, 'swagger-ui-bundle.js'),
      }),
    );
  }
  router.use(
    '/assets',
    express.static(join(PUBLIC_DIR, 'assets'), {
      etag: false,
      index: false,
      redirect: false,
      maxAge: ASSET_SECONDS * 1000,
      setHeaders: (res: Response) => setPolicy(res),
    }),
  );
  return router;
};
