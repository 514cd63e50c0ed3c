import { describe, expect, it } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { describeInChromium } from './support/chromium.js';
import { recordSends, useElement } from './support/element-page.js';

const field = (id: string) =>
  `document.querySelector('proofline-verify').shadowRoot.getElementById('${id}')`;

describeInChromium('typing into <proofline-verify>', () => {
  const { site, browser } = useElement();
  let page: Page;
  let devtools: CDPSession;
  let bodies: unknown[];

  const open = async (country: string, facts: object = {}): Promise<void> => {
    page = await browser.newPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    devtools = await page.context().newCDPSession(page);
    bodies = await recordSends(page, facts);
    await page.goto(`${site.url}/?country=${country}`);
    await page.locator('#number').focus();
  };

  /** The value of a field, with | at its caret. */
  const shown = (id = 'number'): Promise<string> =>
    page.evaluate<string>(`(({ value, selectionStart: at }) =>
      value.slice(0, at) + '|' + value.slice(at))(${field(id)})`);

  const putCaret = (at: number, id = 'number'): Promise<unknown> =>
    page.evaluate(`${field(id)}.setSelectionRange(${at}, ${at})`);

  /** Key by key: a keyboard of another script inserts text without a key code. */
  const type = async (keys: string): Promise<void> => {
    for (const key of keys) await page.keyboard.insertText(key);
  };

  const paste = async (text: string, id = 'number'): Promise<void> => {
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await page.locator(`#${id}`).focus();
    await page.keyboard.press('Control+V');
  };

  const compose = (text: string): Promise<unknown> =>
    devtools.send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    });

  const send = async (): Promise<unknown> => {
    await page.keyboard.press('Enter');
    await page.locator('#code-form').waitFor();
    return bodies.at(-1);
  };

  describe('a number', () => {
    it.each([
      ['SA', '٠٥١٢٣٤٥٦٥٠', '051 234 5650|', '+966512345650'],
      ['EG', '٠١٠١٢٣٤٥٠١٠', '010 12345010|', '+201012345010'],
      ['JP', '０９０１２３４５０９０', '090-1234-5090|', '+819012345090'],
      ['IN', '९८७६५४३२१०', '98765 43210|', '+919876543210'],
      ['AR', '11 2345-6789', '11 2345-6789|', '+5491123456789'],
      ['MX', '+52 1 55 1234 5678', '+52 15512345678|', '+525512345678'],
    ])('typed in %s as %s is sent as typed', async (country, keys, text, phoneNumber) => {
      await open(country);
      await type(keys);
      expect(await shown()).toBe(text);
      expect(await send()).toEqual({ phoneNumber, locale: 'en' });
    });

    it.each([
      ['SE', '001 415 555 0160', 'US', '+14155550160'],
      ['DE', '0014155550161', 'US', '+14155550161'],
      ['AU', '011 44 7400 123461', 'GB', '+447400123461'],
      ['JP', '010 44 7400 123461', 'GB', '+447400123461'],
    ])('typed in %s as %s leads the picker to %s', async (country, keys, found, phoneNumber) => {
      await open(country);
      await page.keyboard.type(keys);
      expect(await page.locator('#country').inputValue()).toBe(found);
      expect(await send()).toEqual({ phoneNumber, locale: 'en' });
    });

    it('takes native digits in the middle, after a deletion and over a selection', async () => {
      await open('SA');
      await type('٠٥١٢٣٤٥');
      await putCaret(3);
      await type('٩٨');
      expect(await shown()).toBe('051 98|2 345');
      await page.keyboard.press('Backspace');
      expect(await shown()).toBe('051 9|2 345');
      await type('٧');
      expect(await shown()).toBe('051 97|2 345');
      await page.evaluate(`${field('number')}.setSelectionRange(4, 6)`);
      await type('٦');
      expect(await shown()).toBe('051 6|23 45');
      await page.keyboard.press('Delete');
      await type('٠');
      expect(await shown()).toBe('051 60|3 45');
    });

    it('composed by an input method is not doubled', async () => {
      await open('JP');
      const keys = '０９０１２３４';
      for (let end = 1; end <= keys.length; end += 1) await compose(keys.slice(0, end));
      expect(await shown()).toBe(`${keys}|`);
      await page.keyboard.insertText(keys);
      expect(await shown()).toBe('090-1234|');
      await putCaret(3);
      await compose('５');
      await compose('５６');
      await page.keyboard.insertText('５６');
      expect(await shown()).toBe('090-56|12-34');
    });

    it('composed and sent at once is sent once', async () => {
      await open('JP');
      await compose('０９０１２３４５０９０');
      await page.locator('#send').click();
      await page.locator('#code-form').waitFor();
      expect(bodies).toEqual([{ phoneNumber: '+819012345090', locale: 'en' }]);
    });

    it.each([
      ['DE', 'Tel: +49 151 23456783', '+49 1512 3456783|', '+4915123456783'],
      ['DE', '(+49) 151 23456783', '+49 1512 3456783|', '+4915123456783'],
      ['SE', 'WhatsApp +1 415 555 2671', '+1 415 555 2671|', '+14155552671'],
      ['US', 'Phone number: (415) 555-2671', '(415) 555-2671|', '+14155552671'],
      ['SE', '+1\t415 555 2671', '+1 415 555 2671|', '+14155552671'],
      ['SA', '٠٥١٢٣٤٥٦٥٠', '051 234 5650|', '+966512345650'],
    ])('pasted in %s as %j fills the field', async (country, text, result, phoneNumber) => {
      await open(country);
      await paste(text);
      expect(await shown()).toBe(result);
      expect(await send()).toEqual({ phoneNumber, locale: 'en' });
    });

    it('with two readings of its prefix waits for the end of typing', async () => {
      await open('HK');
      await type('001 415 555 0160');
      expect(await shown()).toBe('001 41 55 550 16 0|');
      await page.keyboard.press('Tab');
      expect(await page.locator('#number').inputValue()).toBe('+1 415 555 0160');
      expect(await page.locator('#country').inputValue()).toBe('US');
    });

    it('keeps the selected country while its calling code fits', async () => {
      await open('CA');
      await type('+1');
      expect(await page.locator('#country').inputValue()).toBe('CA');
      await page.evaluate(
        `document.querySelector('proofline-verify').phoneNumber = '0046 70-174 06 05'`,
      );
      expect(await page.locator('#number').inputValue()).toBe('070-174 06 05');
      expect(await page.locator('#country').inputValue()).toBe('SE');
    });

    it('loses its error when the page fills in another one', async () => {
      await open('US');
      await type('415');
      await page.keyboard.press('Enter');
      await page.locator('#number-alert').waitFor();
      await page.evaluate(`document.querySelector('proofline-verify').phoneNumber = '4155552671'`);
      expect(await page.locator('#number-alert').isVisible()).toBe(false);
    });

    it('has the focus when the page focuses the element', async () => {
      await open('US');
      await page.locator('#send').focus();
      await page.evaluate(`document.querySelector('proofline-verify').focus()`);
      const focused = `document.querySelector('proofline-verify').shadowRoot.activeElement.id`;
      expect(await page.evaluate(focused)).toBe('number');
    });

    it('loses its calling code when another country is selected', async () => {
      await open('US');
      await type('+49 151 23456783');
      expect(await page.locator('#country').inputValue()).toBe('DE');
      await page.locator('#country').selectOption('AT');
      expect(await page.locator('#country').inputValue()).toBe('AT');
      expect(await page.locator('#number').inputValue()).toMatch(/^[1-9]/);
    });

    it('with a prefix of two readings is not sent', async () => {
      await open('SG');
      await type('00 49 151 23456783');
      await page.keyboard.press('Enter');
      await page.locator('#number-error', { hasText: 'with + and the country code' }).waitFor();
      expect(bodies).toEqual([]);
    });
  });

  it('a channel that the service does not offer has its error at the channels', async () => {
    await open('US&channels=sms voice');
    const json = { code: 'invalid_request', errors: [{ pointer: '/channel', message: 'x' }] };
    await page.route('**/request-otp', (route) => route.fulfill({ status: 400, json }));
    await type('4155552671');
    await page.keyboard.press('Enter');
    await page.locator('#channel-group #number-alert').waitFor();
    expect(await page.locator('#channel-group').getAttribute('aria-describedby')).toBe(
      'number-error',
    );
  });

  describe('a code', () => {
    const openCode = async (facts: object = {}) => {
      await open('US', facts);
      await type('4155552671');
      await send();
      await page.locator('#code').focus();
    };

    it('keeps the caret behind a native digit in the middle', async () => {
      await openCode({ codeLength: 6 });
      await type('١٢٥');
      await putCaret(2, 'code');
      await type('٣٤');
      expect(await shown('code')).toBe('1234|5');
      await type('x');
      expect(await shown('code')).toBe('1234|5');
    });

    it('composed by an input method is not doubled', async () => {
      await openCode({ codeLength: 6 });
      await compose('１２');
      await compose('１２３');
      expect(await shown('code')).toBe('１２３|');
      await page.keyboard.insertText('１２３');
      expect(await shown('code')).toBe('123|');
    });

    it.each([
      ['Acme24: your code is 4056', null, '4056'],
      ['Acme24: your code is 405 617', 6, '405617'],
    ])('is found in the pasted message "%s"', async (text, codeLength, code) => {
      await openCode({ codeLength });
      await paste(text, 'code');
      expect(await shown('code')).toBe(`${code}|`);
    });
  });
});
