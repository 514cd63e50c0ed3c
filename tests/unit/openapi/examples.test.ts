import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describeApi, type OpenApiDocument } from '../../../scripts/docs/openapi.js';
import { BODY_EXAMPLES } from '../../../src/schemas/examples.js';

const ROOT = join(import.meta.dirname, '../../..');
const ajv = addFormats.default(new Ajv2020({ strict: false }));

let api: OpenApiDocument;
beforeAll(async () => {
  api = await describeApi();
});

const operations = () => Object.values(api.paths).flatMap((methods) => Object.values(methods));

interface StringOrNumber {
  type: string;
  pattern?: string;
  examples?: unknown[];
}

/** Every schema of the document with its place in it. */
function schemasIn(value: unknown, place = ''): [place: string, schema: StringOrNumber][] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([name, child]) =>
    ['example', 'examples'].includes(name) ? [] : schemasIn(child, `${place}/${name}`),
  );
  const isSchema = 'type' in value && typeof value.type === 'string';
  return isSchema ? [[place, value as StringOrNumber], ...inside] : inside;
}

test('every body has examples, and its schema accepts them', () => {
  for (const { operationId, requestBody } of operations()) {
    if (!requestBody) continue;
    const { schema, examples } = requestBody.content['application/json'];
    expect([operationId, Object.keys(examples).length]).not.toEqual([operationId, 0]);
    for (const { value } of Object.values(examples)) {
      expect([operationId, ajv.validate(schema, value), ajv.errors]).toEqual([
        operationId,
        true,
        null,
      ]);
    }
  }
  const known = operations().map(({ operationId }) => operationId);
  expect(Object.keys(BODY_EXAMPLES).filter((name) => !known.includes(name))).toEqual([]);
});

test('every path parameter has an example, and a header has none that tools would send', () => {
  for (const { parameters = [] } of operations()) {
    for (const { in: place, schema, example } of parameters) {
      if (place === 'path') expect(ajv.validate(schema, example)).toBe(true);
      else expect(example).toBeUndefined();
      if (place === 'header') expect(schema.examples).toEqual([expect.any(String)]);
    }
  }
});

test('no tool has to invent a text that matches a pattern, or a number', () => {
  const invented = schemasIn(api)
    .filter(([, schema]) => schema.pattern !== undefined || schema.type === 'integer')
    .filter(([place, schema]) => !schema.examples && !place.includes('/headers/'))
    .map(([place]) => place);
  expect(invented).toEqual([]);
});

test('the examples of errors are problems', () => {
  const { schemas, examples } = api.components;
  for (const [code, { value }] of Object.entries(examples)) {
    expect([ajv.validate(schemas['Problem'] ?? {}, value), value]).toMatchObject([true, { code }]);
  }
});

test('the version is that of the packages', () => {
  const versionOf = (folder: string) =>
    (JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { version: string })
      .version;
  expect(api.info.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(['.', 'client', 'examples/nextjs'].map(versionOf)).toEqual(
    Array(3).fill(api.info.version),
  );
});

test('every tag says what it is for', () => {
  for (const tag of api.tags) expect(tag.description).toMatch(/^[A-Z].*\.$/);
});

test('the operations have the names that clients are generated from', () => {
  expect(operations().map(({ operationId }) => operationId)).toEqual([
    'requestOtp',
    'sendOtp',
    'verifyOtp',
    'getVerification',
    'cancelVerification',
    'resendOtp',
    'searchVerifications',
    'getUser',
    'eraseUser',
    'introspectProof',
    'spendProof',
    'getProofKeys',
    'registerAccount',
    'resetPassword',
    'getAccount',
    'deleteAccount',
    'changePassword',
    'changePhoneNumber',
    'startLogin',
    'completeLogin',
    'resendLoginCode',
    'refreshSession',
    'endSession',
    'endAllSessions',
    'listSessions',
    'enrollTotp',
    'confirmTotp',
    'removeTotp',
    'createBackupCodes',
    'createApplication',
    'listApplications',
    'getApplication',
    'changeApplication',
    'listApplicationKeys',
    'listKeys',
    'createKey',
    'revokeKey',
    'createWebhook',
    'listWebhooks',
    'getWebhook',
    'deleteWebhook',
    'rotateWebhookSecret',
    'disableWebhook',
    'enableWebhook',
    'listWebhookDeliveries',
    'replayWebhookDeliveries',
    'testWebhook',
    'showVerification',
    'showNumber',
    'unblockNumber',
    'listRules',
    'putRule',
    'removeRule',
    'purgeExpiredData',
    'settleLostSends',
    'receiveSinchVerificationEvent',
    'receiveSinchSmsReport',
    'receiveInfobipReports',
    'checkLiveness',
    'checkReadiness',
  ]);
});
