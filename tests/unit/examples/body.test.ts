import { expect, it } from '@jest/globals';
import { bodyOf } from '../../../examples/nextjs/lib/body.js';

const post = (body: string | ReadableStream, headers = {}) =>
  new Request('http://harbour.test/', { method: 'POST', body, headers, duplex: 'half' });

it('reads a body within the limit', async () => {
  expect(await bodyOf(post('né'), 3)).toBe('né');
  expect(await bodyOf(new Request('http://harbour.test/'), 3)).toBe('');
});

it('counts bytes, not characters', async () => {
  expect(await bodyOf(post('né'), 2)).toBeUndefined();
});

it('does not read a body with a too large Content-Length', async () => {
  const request = post('four', { 'content-length': '4' });
  expect(await bodyOf(request, 3)).toBeUndefined();
  expect(request.bodyUsed).toBe(false);
});

it('stops reading an endless body', async () => {
  let pulled = 0;
  let isCancelled = false;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(1000));
    },
    cancel() {
      isCancelled = true;
    },
  });
  expect(await bodyOf(post(endless), 8192)).toBeUndefined();
  expect(isCancelled).toBe(true);
  expect(pulled).toBeLessThan(20);
});
