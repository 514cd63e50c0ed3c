const server = require('@proofline/server');
// Node 20.19 requires ES modules too.
const { createProofline } = require('@proofline/client');

const assert = require('node:assert/strict');

assert.throws(() => createProofline({ publishableKey: 'pl_sk_1_2' }), /must not be in a browser/);
// The CommonJS build, not the ES module.
assert.match(require.resolve('@proofline/server'), /index\.cjs$/);
import('./use.mjs').then(({ useServer }) => useServer(server));
