import { createElement, type FunctionComponent } from 'react';
import { renderToString as renderReact } from 'react-dom/server';
import { createSSRApp, h, type Component } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';

const settings = {
  baseUrl: 'https://verify.example',
  publishableKey: 'pl_pk_1_2',
  channels: ['sms', 'voice'],
  country: 'SE',
  lang: 'sv',
  repeatable: true,
} as const;

/** Not by a fixed path: these tests have no types of a browser, which the wrappers name. */
const load = async (name: string): Promise<unknown> =>
  ((await import(`../../../packages/${name}/src/index.js`)) as { ProoflineVerify: unknown })
    .ProoflineVerify;
const ReactVerify = (await load('react')) as FunctionComponent<typeof settings>;
const VueVerify = (await load('vue')) as Component;

describe('a page rendered on a server', () => {
  test.each([
    ['React', () => Promise.resolve(renderReact(createElement(ReactVerify, settings)))],
    ['Vue', () => renderVue(createSSRApp({ render: () => h(VueVerify, settings) }))],
  ])('has the element with its attributes, which a browser then defines: %s', async (_, render) => {
    const html = await render();
    expect(html).toMatch(/^<proofline-verify [^<]*><\/proofline-verify>$/);
    expect([...html.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)].map(([, ...pair]) => pair)).toEqual(
      expect.arrayContaining([
        ['base-url', 'https://verify.example'],
        ['publishable-key', 'pl_pk_1_2'],
        ['channels', 'sms voice'],
        ['country', 'SE'],
        ['lang', 'sv'],
      ]),
    );
    expect(html).toMatch(/ repeatable(=""| |>)/);
    expect(html).not.toMatch(/undefined|purpose|onProofline/);
  });
});
