import { bodyOf } from '@/lib/body';
import { sendToService, ServiceProblem } from '@/lib/service';

/** The calls of `<proofline-verify>`; the service's other endpoints stay closed. */
const ROUTES: readonly [method: string, path: RegExp][] = [
  ['POST', /^\/request-otp$/],
  ['POST', /^\/verify-otp$/],
  ['GET', /^\/verifications\/[a-z0-9]+$/],
  ['DELETE', /^\/verifications\/[a-z0-9]+$/],
  ['POST', /^\/verifications\/[a-z0-9]+\/resend$/],
];
/** Purposes that a browser may request. Only the server requests codes for payments. */
const PURPOSES: ReadonlySet<unknown> = new Set(['register', 'password-reset']);
const MAX_BODY_BYTES = 8192;

const refuse = (status: number, code: string) =>
  Response.json({ type: `urn:proofline:problem:${code}`, title: code, status, code }, { status });

async function proxy(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/^\/verify/, '');
  const isKnown = ROUTES.some(([method, form]) => method === request.method && form.test(path));
  if (!isKnown) return refuse(404, 'not_found');
  const body = await bodyOf(request, MAX_BODY_BYTES);
  if (body === undefined) return refuse(413, 'payload_too_large');
  if (path === '/request-otp' && !PURPOSES.has(purposeOf(body)))
    return refuse(400, 'invalid_request');
  try {
    return copyResponse(
      await sendToService(path, { method: request.method, ...forwardedInit(request, body) }),
    );
  } catch (error) {
    if (error instanceof ServiceProblem) return refuse(503, 'service_unavailable');
    throw error;
  }
}

function forwardedInit(request: Request, body: string): RequestInit {
  const names = ['content-type', 'idempotency-key'];
  const given = names.map((name) => [name, request.headers.get(name)] as const);
  const headers = Object.fromEntries(given.filter(([, value]) => value !== null));
  return { headers: headers as Record<string, string>, ...(body && { body }) };
}

async function copyResponse(answer: Response): Promise<Response> {
  const headers = new Headers({ 'cache-control': 'no-store' });
  for (const name of ['content-type', 'date', 'retry-after']) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(await answer.text(), { status: answer.status, headers });
}

function purposeOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { purpose?: unknown } | null)?.purpose;
  } catch {
    return undefined;
  }
}

export { proxy as GET, proxy as POST, proxy as DELETE };
