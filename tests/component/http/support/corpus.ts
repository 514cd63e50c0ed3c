import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../../../../src/errors/error-catalogue.js';
import { freshNumber, type Answer, type TestService } from '../../../support/service.js';

export interface Case {
  name: string;
  code: ErrorCode;
  ask: (service: TestService) => Promise<Answer>;
}

const PATHS = ['/request-otp', '/send-otp', '/verify-otp'] as const;
/** Marks caller input. No response may repeat it. */
export const MARKER = 'zqxj7marker';

const json = { 'content-type': 'application/json' };
const theirError = { message: 'their own words', errorCode: 50000, reference: 'their own words' };

const WRONG_BODIES = [
  MARKER,
  `{"${MARKER}":1}`,
  `{"phoneNumber":{"${MARKER}":1}}`,
  `["${MARKER}"]`,
  `"${MARKER}"`,
];
const FIELDS = [
  'phoneNumber',
  'country',
  'channel',
  'purpose',
  'locale',
  'reference',
  'verificationId',
  'code',
  'pin',
];
const UNSUPPORTED_TYPES = [
  'text/plain',
  'application/xml',
  `x/${MARKER}`,
  'application/json; charset=utf-16',
];
function badInput(): Case[] {
  const bodies: [string, string][] = [
    ...WRONG_BODIES.map((body): [string, string] => [body, body]),
    ...FIELDS.flatMap((field) =>
      // `phoneNumber` as text has its own cases below.
      [null, 1, true, [], {}, field === 'phoneNumber' ? 0.5 : `${MARKER}\n`].map(
        (value): [string, string] => {
          const body = JSON.stringify({ [field]: value });
          return [body, body];
        },
      ),
    ),
  ];
  return PATHS.flatMap((path) =>
    bodies.map(([name, body]): Case => ({
      name: `POST ${path} ${name}`,
      code: 'invalid_request',
      ask: (service) => service.call('POST', path, body, json),
    })),
  );
}

function badHeaders(): Case[] {
  return PATHS.flatMap((path) => [
    ...UNSUPPORTED_TYPES.map((type): Case => ({
      name: `POST ${path} as ${type}`,
      code: 'unsupported_media_type',
      ask: (service) => service.call('POST', path, '{}', { 'content-type': type }),
    })),
    {
      name: `POST ${path} with an unknown encoding`,
      code: 'unsupported_media_type' as const,
      ask: (service: TestService) =>
        service.call('POST', path, '{}', { ...json, 'content-encoding': MARKER }),
    },
    {
      name: `POST ${path} with 9 KB`,
      code: 'payload_too_large' as const,
      ask: (service: TestService) =>
        service.call('POST', path, `{"a":"${'x'.repeat(9216)}"}`, json),
    },
  ]);
}

function badAddresses(): Case[] {
  const known = [
    '/request-otp',
    '/send-otp',
    '/verify-otp',
    '/livez',
    '/readyz',
    '/.well-known/jwks.json',
  ];
  const unknown = [
    `/${MARKER}`,
    '/admin',
    '/.env',
    '/.git/config',
    '/wp-login.php',
    '/request-otp/1',
    '/api/v1',
    '/metrics/x',
    `/a?${MARKER}=1`,
  ];
  const wrong = known.flatMap((path) =>
    ['PUT', 'PATCH', 'OPTIONS', path.includes('otp') ? 'GET' : 'POST', 'DELETE'].map(
      (method): Case => ({
        name: `${method} ${path}`,
        code: 'method_not_allowed',
        ask: (service) => service.call(method, path),
      }),
    ),
  );
  const nowhere = unknown.flatMap((path) =>
    ['GET', 'POST', 'PUT', 'DELETE'].map((method): Case => ({
      name: `${method} ${path}`,
      code: 'not_found',
      ask: (service) => service.call(method, path),
    })),
  );
  return [...wrong, ...nowhere];
}

const numbers: [string, ErrorCode][] = [
  ['0701234567', 'invalid_phone_number'],
  ['+46', 'invalid_phone_number'],
  [MARKER, 'invalid_phone_number'],
  ['+19005550123', 'number_type_not_allowed'],
  ['+18005551234', 'number_type_not_allowed'],
  ['+4915112345678', 'region_not_allowed'],
];

/** Errors of the flows, by number, provider and state of the verification. */
function refusals(): Case[] {
  const provider = (status: number, body: unknown, code: ErrorCode): Case => ({
    name: `a provider that answers ${status}`,
    code,
    ask: (service) => {
      service.sinch.answer('POST', status, body);
      return service.post('/request-otp', { phoneNumber: freshNumber() });
    },
  });
  return [
    ...numbers.map(([phoneNumber, code]): Case => ({
      name: phoneNumber,
      code,
      ask: (service) => service.post('/request-otp', { phoneNumber }),
    })),
    provider(400, { ...theirError, errorCode: 40001 }, 'provider_rejected'),
    provider(401, { ...theirError, errorCode: 40102 }, 'provider_rejected'),
    provider(402, { ...theirError, errorCode: 40200 }, 'provider_rejected'),
    provider(404, '<html>their own words</html>', 'provider_rejected'),
    provider(429, theirError, 'provider_unavailable'),
    provider(500, theirError, 'provider_outcome_unknown'),
    provider(503, '<html>their own words</html>', 'provider_unavailable'),
    provider(302, '', 'provider_rejected'),
    provider(200, '{"their own words', 'provider_rejected'),
    {
      name: 'a provider that hangs up',
      code: 'provider_outcome_unknown',
      ask: (service) => {
        service.sinch.misbehave(
          'POST',
          (_req, res: ServerResponse) => void res.socket?.resetAndDestroy(),
        );
        return service.post('/request-otp', { phoneNumber: freshNumber() });
      },
    },
  ];
}

function statesOfOne(): Case[] {
  const held = (name: string, code: ErrorCode, change: string): Case => ({
    name,
    code,
    ask: async (service) => {
      const phoneNumber = freshNumber();
      const id = await service.request(phoneNumber);
      await service.rows(`UPDATE verifications SET ${change} WHERE id = $1`, [id]);
      return service.verify(id, service.sinch.wrongCodeFor(phoneNumber));
    },
  });
  return [
    held('a wrong code', 'code_invalid', 'updated_at = now()'),
    held('a verified one', 'already_verified', `status = 'verified', verified_at = now()`),
    held('a late code', 'code_expired', 'expires_at = now()'),
    held('a cancelled one', 'verification_cancelled', `status = 'cancelled'`),
    held('a failed one', 'verification_failed', `status = 'failed'`),
    held('no attempt left', 'attempts_exhausted', 'attempts = max_attempts'),
    {
      name: 'an unknown one',
      code: 'verification_not_found',
      ask: (service) => service.verify('0'.repeat(37), '1234'),
    },
    {
      name: 'a wrong code by number',
      code: 'code_invalid',
      ask: (service) => service.post('/verify-otp', { phoneNumber: freshNumber(), code: '1234' }),
    },
  ];
}

/** Errors of proofs and idempotency keys. */
function secondTimes(): Case[] {
  return [
    {
      name: 'a proof of somebody else',
      code: 'proof_invalid',
      ask: (service) => service.post('/proofs/spend', { proof: `${MARKER}.${MARKER}.${MARKER}` }),
    },
    {
      name: 'a proof spent twice',
      code: 'proof_spent',
      ask: async (service) => {
        const phoneNumber = freshNumber();
        const id = await service.request(phoneNumber);
        const { body } = await service.verify(id, service.sinch.codeFor(phoneNumber));
        await service.post('/proofs/spend', { proof: body['proof'] });
        return service.post('/proofs/spend', { proof: body['proof'] });
      },
    },
    {
      name: 'a key used for another body',
      code: 'idempotency_key_reused',
      ask: async (service) => {
        const key = { 'idempotency-key': MARKER };
        await service.post('/request-otp', { phoneNumber: freshNumber() }, key);
        return service.post('/request-otp', { phoneNumber: freshNumber() }, key);
      },
    },
  ];
}

/** Callbacks without a signature. */
function callbacks(): Case[] {
  const authorizations = [undefined, MARKER, `Application ${MARKER}:${MARKER}`, `Basic ${MARKER}`];
  return authorizations.map((authorization): Case => ({
    name: `a callback with Authorization ${String(authorization)}`,
    code: 'callback_refused',
    ask: (service) =>
      service.call('POST', '/callbacks/sinch/verification', `{"event":"${MARKER}"}`, {
        ...json,
        ...(authorization !== undefined && { authorization }),
      }),
  }));
}

/** Requests that fail, with the expected error code. */
export const CORPUS: readonly Case[] = [
  ...badInput(),
  ...badHeaders(),
  ...badAddresses(),
  ...refusals(),
  ...statesOfOne(),
  ...secondTimes(),
  ...callbacks(),
];
