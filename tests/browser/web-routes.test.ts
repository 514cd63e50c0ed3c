import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { TEXTS } from '../../client/element/language.js';
import { webRouter } from '../../src/web/web.routes.js';
import type { WebOptions } from '../../src/web/pages.js';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** No static import, because the scripts of the pages have no types. */
const OWN_TEXTS = join(import.meta.dirname, '../../src/web/public/assets/js/texts/index.js');

/** Sets the API's headers before the pages. */
const app = () =>
  express()
    .set('etag', false)
    .use((_req, res, next) => {
      res.set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'" });
      next();
    });

const EVERYTHING: WebOptions = {
  demo: true,
  docs: true,
  basePath: '',
  channels: ['sms', 'voice'],
};

const site = (options: Partial<WebOptions> = {}) =>
  request(app().use(webRouter({ ...EVERYTHING, ...options })));

describe('the web pages', () => {
  it.each(['/', '/simulator', '/simulator/webhooks', '/docs'])(
    'serves %s uncached, as HTML, under a strict policy',
    async (path) => {
      const { status, headers, text } = await site().get(path);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': POLICY,
      });
      expect(text).not.toMatch(/\{\{|<!-- (header|footer)/);
      expect(text).toContain(`<a href="${path}" aria-current="page"`);
    },
  );

  it.each(['/', '/simulator', '/simulator/webhooks', '/docs'])(
    'has nothing inline and nothing foreign in %s',
    async (path) => {
      const { text } = await site().get(path);
      expect(text).not.toMatch(/\sstyle=|\son\w+=|javascript:|<style|https?:\/\//);
      for (const [tag] of text.matchAll(/<script[^>]*>[^<]*/g))
        expect(tag).toMatch(/^<script[^>]*src="\/[^"]+"[^>]*>$/);
    },
  );

  it.each(['/', '/simulator', '/simulator/webhooks', '/docs'])(
    'finds everything that %s refers to',
    async (path) => {
      const { text } = await site().get(path);
      const assets = [...text.matchAll(/(?:src|href)="(\/[^"]*\.(?:js|css|svg))"/g)].map(
        (match) => match[1] ?? '',
      );
      expect(assets.length).toBeGreaterThan(2);
      for (const asset of assets) expect((await site().get(asset)).status).toBe(200);
    },
  );

  it.each([
    ['/favicon.svg', 'image/svg+xml'],
    ['/assets/css/base.css', 'text/css; charset=utf-8'],
    ['/assets/js/demo.js', 'text/javascript; charset=utf-8'],
    ['/assets/client/element.js', 'text/javascript; charset=utf-8'],
    ['/assets/vendor/example-numbers.json', 'application/json; charset=utf-8'],
    ['/docs/assets/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/docs/assets/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ])('serves %s as %s, cached for a minute, without an ETag', async (path, type) => {
    const { status, headers } = await site().head(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=60',
      'content-security-policy': POLICY,
    });
    expect(headers).not.toHaveProperty('etag');
  });

  it.each([
    '/index.html',
    '/partials/header.html',
    '/assets/',
    '/assets/client/../src/index.ts',
    '/assets/client/proofline.js',
    '/assets/vendor/constructor',
    '/assets/vendor/..%2f..%2fpackage.json',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/pages.js',
    '/docs/assets/package.json',
    '/simulator/inbox',
    '/%E0%A4%A',
    '/assets/%E0%A4%A',
  ])('passes %s on', async (path) => {
    const reached = app().use(webRouter(EVERYTHING), (_req, res) => res.sendStatus(418));
    expect((await request(reached).get(path)).status).toBe(418);
  });

  it('responds to GET and HEAD only', async () => {
    for (const path of ['/', '/docs', '/favicon.svg', '/assets/css/base.css']) {
      expect((await site().post(path)).status).toBe(404);
      expect((await site().delete(path)).status).toBe(404);
    }
  });

  it('passes the offered channels to the demo page', async () => {
    expect((await site().get('/')).text).toContain('channels="sms voice"');
    expect((await site({ channels: ['sms'] }).get('/')).text).toContain('channels="sms"');
  });

  it('has all texts of the demo page in every language of the element', async () => {
    const { TEXTS: own } = (await import(OWN_TEXTS)) as { TEXTS: Record<string, object> };
    expect(Object.keys(own).sort()).toEqual(Object.keys(TEXTS).sort());
    const english = own['en'] as Record<string, string>;
    for (const texts of Object.values(own))
      expect(Object.keys(texts)).toEqual(Object.keys(english));
    const { text: html } = await site().get('/');
    const marked = [...html.matchAll(/data-text="(\w+)"\s*>\s*([^<]*?)\s*</g)];
    expect(marked.length).toBeGreaterThan(10);
    for (const [, name = '', text] of marked) expect(text).toBe(english[name]);
  });

  it('links and serves only enabled pages', async () => {
    const docsOnly = site({ demo: false, docs: true });
    const { text } = await docsOnly.get('/docs');
    expect(text).not.toMatch(/href="\/(simulator)?"/);
    expect((await docsOnly.get('/')).status).toBe(404);
    expect((await docsOnly.get('/simulator')).status).toBe(404);
    expect((await docsOnly.get('/assets/client/element.js')).status).toBe(404);
    const demoOnly = site({ demo: true, docs: false });
    expect((await demoOnly.get('/')).text).not.toContain('href="/docs"');
    expect((await demoOnly.get('/docs')).status).toBe(404);
    expect((await demoOnly.get('/docs/assets/swagger-ui.css')).status).toBe(404);
  });

  it('serves nothing when all pages are disabled', async () => {
    const off = site({ demo: false, docs: false });
    for (const path of ['/', '/docs', '/favicon.svg', '/assets/css/base.css']) {
      expect((await off.get(path)).status).toBe(404);
    }
  });
});
