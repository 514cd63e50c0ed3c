// Renders the components on a server: no document, no custom elements.
import assert from 'node:assert/strict';

const wanted =
  /^<proofline-verify base-url="https:\/\/verify.example" [^>]*purpose="login"[^>]*><\/proofline-verify>$/;
const settings = { baseUrl: 'https://verify.example', channels: ['sms'], purpose: 'login' };

const renderers = {
  async react() {
    const { createElement } = await import('react');
    const { renderToString } = await import('react-dom/server');
    const { ProoflineVerify } = await import('@proofline/react');
    return renderToString(createElement(ProoflineVerify, settings));
  },
  async vue() {
    const { createSSRApp, h } = await import('vue');
    const { renderToString } = await import('vue/server-renderer');
    const { ProoflineVerify } = await import('@proofline/vue');
    return renderToString(createSSRApp({ render: () => h(ProoflineVerify, settings) }));
  },
};

assert.match(await renderers[process.argv[2]](), wanted);
