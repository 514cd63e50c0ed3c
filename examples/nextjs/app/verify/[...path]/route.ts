import { bodyOf } from '@/lib/body';
import { sendToService, ServiceProblem } from '@/lib/service';

/**
 * The calls of `<proofline-verify>` and their fields. The key of this app may do more, such as check a code
 * by number, so nothing else is passed on.
 */
const CALLS: readonly { method: string; path: RegExp; fields: readonly string[] }[] = [
  {
    method: 'POST',
    path: /^\/request-otp$/,
    fields: ['phoneNumber', 'country', 'channel', 'purpose', 'locale'],
  },
  { method: 'POST', path: /^\/verify-otp$/, fields: ['verificationId', 'code'] },
  { method: 'GET', path: /^\/verifications\/[a-z0-9]+$/, fields: [] },
  { method: 'DELETE', path: /^\/verifications\/[a-z0-9]+$/, fields: [] },
  { method: 'POST', path: /^\/verifications\/[a-z0-9]+\/resend$/, fields: ['channel', 'locale'] },
];
/** Purposes that a browser may request. Only the server requests codes for payments. */
const PURPOSES: ReadonlySet<unknown> = new Set(['register', 'password-reset']);
const MAX_BODY_BYTES = 8192;

const refuse = (status: number, code: string) =>
  Response.json({ type: `urn:proofline:problem:${code}`, title: code, status, code }, { status });

async function proxy(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/^\/verify/, '');
  const call = CALLS.find(({ method, path: form }) => method === request.method && form.test(path));
  if (!call) return refuse(404, 'not_found');
  const text = await bodyOf(request, MAX_BODY_BYTES);
  if (text === undefined) return refuse(413, 'payload_too_large');
  const fields = text === '' ? undefined : objectIn(text);
  const isObject = text === '' || fields !== undefined;
  const isAllowed = Object.keys(fields ?? {}).every((name) => call.fields.includes(name));
  if (!isObject || !isAllowed) return refuse(400, 'invalid_request');
  if (path === '/request-otp' && !PURPOSES.has(fields?.['purpose']))
    return refuse(400, 'invalid_request');
  try {
    const { method } = call;
    const key = request.headers.get('idempotency-key');
    const headers: Record<string, string> = key === null ? {} : { 'Idempotency-Key': key };
    return copyResponse(await sendToService(path, { method, body: fields, headers }));
  } catch (error) {
    if (error instanceof ServiceProblem) return refuse(503, 'service_unavailable');
    throw error;
  }
}

async function copyResponse(answer: Response): Promise<Response> {
  const headers = new Headers({ 'cache-control': 'no-store' });
  for (const name of ['content-type', 'date', 'retry-after']) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(await answer.text(), { status: answer.status, headers });
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export { proxy as GET, proxy as POST, proxy as DELETE };
