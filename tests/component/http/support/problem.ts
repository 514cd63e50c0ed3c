import { ERROR_CATALOGUE, type ErrorCode } from '../../../../src/errors/error-catalogue.js';
import { problemSchema } from '../../../../src/schemas/problem.schema.js';
import type { Answer } from '../../../support/service.js';

/** Internal terms that no response may contain. */
const INSIDES =
  /express|sequelize|axios|sinch|postgres|zod|winston|helmet|node:|node_modules|\.[cm]?[jt]s\b|\bstack\b|\bat \w+ \(|\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|RETURNING) |\brelation\b|\bcolumn\b|ECONN|127\.0\.0\.1|\/(src|dist|home|work|app|tmp)\/|their own words/i;

/** Violations of the error format (RFC 9457 and our documentation). */
export function problemFaults(answer: Answer, status?: number, code?: ErrorCode): string[] {
  const { body, headers } = answer;
  const faults: string[] = [];
  const check = (kept: boolean, fault: string) => {
    if (!kept) faults.push(fault);
  };
  check(answer.status >= 400, `answered ${answer.status}`);
  check(
    status === undefined || answer.status === status,
    `${answer.status} in place of ${status ?? ''}`,
  );
  check(
    code === undefined || body['code'] === code,
    `${String(body['code'])} in place of ${code ?? ''}`,
  );
  check(
    headers.get('content-type') === 'application/problem+json; charset=utf-8',
    `type ${String(headers.get('content-type'))}`,
  );
  const shape = problemSchema.safeParse(body);
  const misshapen =
    shape.error?.issues.map((issue) => `${issue.code} ${issue.path.join('.')}`) ?? [];
  check(shape.success, `shape: ${misshapen.join(', ')}`);
  const entry = ERROR_CATALOGUE[body['code'] as ErrorCode] as
    { status: number; title: string } | undefined;
  check(entry?.status === answer.status, `${String(body['code'])} with ${answer.status}`);
  check(entry?.title === body['title'], `title ${String(body['title'])}`);
  check(
    body['status'] === answer.status,
    `status ${String(body['status'])} inside ${answer.status}`,
  );
  check(
    body['type'] === `urn:proofline:problem:${String(body['code'])}`,
    `type ${String(body['type'])}`,
  );
  check(
    body['instance'] === `urn:proofline:request:${String(body['requestId'])}`,
    `instance ${String(body['instance'])}`,
  );
  check(headers.get('x-request-id') === body['requestId'], 'another request id in the header');
  check(headers.get('cache-control') === 'no-store', 'may be cached');
  check(headers.get('etag') === null, 'has an ETag');
  check(headers.get('location') === null, 'has a Location');
  const insides = INSIDES.exec(answer.text);
  check(insides === null, `tells "${insides?.[0] ?? ''}"`);
  check(
    (body['retryAfter'] ?? null) ===
      (headers.has('retry-after') ? Number(headers.get('retry-after')) : null),
    'Retry-After and retryAfter differ',
  );
  check(![429, 503].includes(answer.status) || headers.has('retry-after'), 'no Retry-After');
  check(body['code'] !== 'invalid_request' || 'errors' in body, 'no errors');
  check(answer.status !== 405 || headers.has('allow'), 'no Allow');
  return faults;
}

/** Prefixes each violation with the name of its case. */
export function named(name: string, faults: string[]): string[] {
  return faults.map((fault) => `${name}: ${fault}`);
}
