import { peekSession } from '@/lib/session';
import { settings } from '@/lib/settings';
import { readVisit } from '@/lib/visit';

const NUMBER = /^\+[1-9][0-9]{6,14}$/;

/** The newest message on the simulated phone; 404 without a simulator. */
export async function GET(request: Request): Promise<Response> {
  if (settings.simulatorUrl === undefined) return new Response(null, { status: 404 });
  const asked = new URL(request.url).searchParams.get('to') ?? '';
  const number = NUMBER.test(asked) ? asked : await currentNumber();
  if (number === undefined) return Response.json({ messages: [] });
  const url = `${settings.simulatorUrl}/simulator/inbox?to=${encodeURIComponent(number)}`;
  const answer = await fetch(url, { cache: 'no-store' }).catch(() => undefined);
  const messages = answer?.ok ? ((await answer.json()) as unknown[]) : [];
  return Response.json(
    { number, count: messages.length, messages: messages.slice(0, 1) },
    { headers: { 'cache-control': 'no-store' } },
  );
}

async function currentNumber(): Promise<string | undefined> {
  const { login, proven, phoneNumber } = await readVisit();
  const session = await peekSession();
  return login?.phoneNumber ?? proven?.phoneNumber ?? session?.phoneNumber ?? phoneNumber;
}
