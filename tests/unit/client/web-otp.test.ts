import { receiveCode } from '../../../client/src/index.js';

describe('WebOTP', () => {
  const browser = globalThis as Record<string, unknown>;
  const inBrowser = async (get: (options: unknown) => Promise<unknown>, signal?: AbortSignal) => {
    const before = Object.getOwnPropertyDescriptor(browser, 'navigator');
    browser['OTPCredential'] = Object;
    Object.defineProperty(browser, 'navigator', {
      value: { credentials: { get } },
      configurable: true,
    });
    try {
      return await receiveCode(signal);
    } finally {
      delete browser['OTPCredential'];
      if (before) Object.defineProperty(browser, 'navigator', before);
      else delete browser['navigator'];
    }
  };

  test('resolves to the code of the message', async () => {
    const asked: unknown[] = [];
    const { signal } = new AbortController();
    const get = (options: unknown) => {
      asked.push(options);
      return Promise.resolve({ code: '123456' });
    };
    expect(await inBrowser(get, signal)).toBe('123456');
    expect(asked).toEqual([{ otp: { transport: ['sms'] }, signal }]);
  });

  test.each([
    ['nothing', () => Promise.resolve(null)],
    ['something without a code', () => Promise.resolve({ id: 'x' })],
    ['a refusal', () => Promise.reject(new Error('AbortError'))],
  ])('is undefined after %s', async (_, get) => {
    expect(await inBrowser(get)).toBeUndefined();
  });

  test('is undefined without browser support', async () => {
    expect(await receiveCode()).toBeUndefined();
  });
});
