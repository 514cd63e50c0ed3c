import { request } from 'undici';
import { codeFor } from './numbers.mjs';

/**
 * The requests of each subject's API, and the answers that count as success. A flow requests a code and
 * checks the right one by id.
 */
export const DIALECTS = {
  proofline: {
    ...plain(),
    isVerified: (text, number) =>
      /"proof":"[\w-]+\.[\w-]+\.[\w-]+"/.test(text) && says(text, number),
  },
  plain: plain(),
  'better-auth': {
    // It limits by the client address that a proxy reports.
    headers: { 'x-forwarded-for': '127.0.0.1' },
    request: (number) => ['/api/auth/phone-number/send-otp', { phoneNumber: number }],
    isRequested: (text) => text.includes('"code sent"'),
    codeOf: readCode,
    verify: (number, _id, code) => [
      '/api/auth/phone-number/verify',
      { phoneNumber: number, code, disableSession: true },
    ],
    isVerified: (text, number) =>
      text.includes('"status":true') &&
      text.includes('"phoneNumberVerified":true') &&
      text.includes(`"phoneNumber":"${number}"`),
  },
};

function plain() {
  return {
    request: (number) => ['/request-otp', { phoneNumber: number }],
    isRequested: (text, number) =>
      text.includes('"status":"pending"') && text.includes(`"phoneNumber":"${number}"`),
    idOf: (text) => JSON.parse(text).verificationId,
    verify: (number, id) => ['/verify-otp', { verificationId: id, code: codeFor(number) }],
    isVerified: says,
  };
}

/** Reads the code of a subject that makes its own codes from the delivered message. */
async function readCode(number, providerUrl) {
  const { body } = await request(`${providerUrl}/inbox/${number}`);
  const { text } = await body.json();
  return /[0-9]+$/.exec(text)?.[0];
}

function says(text, number) {
  return text.includes('"status":"verified"') && text.includes(`"phoneNumber":"${number}"`);
}
