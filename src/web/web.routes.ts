import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type RequestHandler, type Response, type Router } from 'express';
import { renderPages, type WebOptions } from './pages.js';

const PUBLIC_DIR = join(import.meta.dirname, 'public');
const CACHE_ONE_MINUTE = 'public, max-age=60';

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

/** Overrides the API's headers, which are already set; express.static would keep those. */
const setHeaders = (res: Response, cacheControl: string): void => {
  res.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  res.setHeader('Cache-Control', cacheControl);
};

const packageDir = (name: string): string =>
  dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

const sendPage =
  (html: string): RequestHandler =>
  (_req, res) => {
    setHeaders(res, 'no-store');
    res.type('html').send(html);
  };

const sendFile =
  (path: string): RequestHandler =>
  (_req, res) => {
    setHeaders(res, CACHE_ONE_MINUTE);
    // The checkout may lie below a dot directory.
    res.sendFile(path, { dotfiles: 'allow' });
  };

/** Built by `scripts/client.mjs`. */
const CLIENT_DIR = join(import.meta.dirname, '../../client/dist');

const demoFiles = (): [url: string, path: string][] => [
  ['/assets/client/element.js', join(CLIENT_DIR, 'element.js')],
  [
    '/assets/vendor/example-numbers.json',
    join(packageDir('libphonenumber-js'), 'examples.mobile.json'),
  ],
];

const docsFiles = (): [url: string, path: string][] => {
  const swagger = packageDir('swagger-ui-dist');
  return [
    ['/docs/assets/swagger-ui.css', join(swagger, 'swagger-ui.css')],
    ['/docs/assets/swagger-ui-bundle.js', join(swagger, 'swagger-ui-bundle.js')],
  ];
};

/** Single files, because the packages' directories also contain private ones. */
const libraryFiles = (options: WebOptions): [url: string, path: string][] => [
  ...(options.demo ? demoFiles() : []),
  ...(options.docs ? docsFiles() : []),
];

/** Serves the web pages with their own content security policy; passes other paths on. */
export const webRouter = (options: WebOptions): Router => {
  const router = express.Router({ caseSensitive: true });
  const pages = renderPages(PUBLIC_DIR, options);
  for (const [path, html] of pages) router.get(path, sendPage(html));
  if (pages.size === 0) return router;

  router.get('/favicon.svg', sendFile(join(PUBLIC_DIR, 'favicon.svg')));
  for (const [url, path] of libraryFiles(options)) router.get(url, sendFile(path));
  router.use(
    '/assets',
    express.static(join(PUBLIC_DIR, 'assets'), {
      etag: false,
      index: false,
      redirect: false,
      setHeaders: (res: Response) => setHeaders(res, CACHE_ONE_MINUTE),
    }),
  );
  return router;
};
