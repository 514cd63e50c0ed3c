import { request } from 'undici';
import { codeFor } from './numbers.mjs';

/**
 * How a flow is spoken to a subject: what is asked, and what an answer has to say for the flow to count. A flow is one
 * request for a code and one check of the right one, by id.
 */
export const DIALECTS = {
  proofline: {
    ...plain(),
    isVerified: (text, number) =>
      /"proof":"[\w-]+\.[\w-]+\.[\w-]+"/.test(text) && says(text, number),
  },
  plain: plain(),
  'better-auth': {
    // It counts by the address that a proxy names.
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

/** The code of a subject that makes its own, from the message that has arrived. */
async function readCode(number, providerUrl) {
  const { body } = await request(`${providerUrl}/inbox/${number}`);
  const { text } = await body.json();
  return /[0-9]+$/.exec(text)?.[0];
}

function says(text, number) {
  return text.includes('"status":"verified"') && text.includes(`"phoneNumber":"${number}"`);
}
