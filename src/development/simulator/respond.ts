import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import type { Fault } from './faults.js';

/** An answer before it is sent; a string body goes out as it is, anything else as JSON. */
export interface SimulatedResponse {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Delivery {
  fault: Fault | undefined;
  /** Milliseconds to wait before every answer. */
  delayMs: number;
  /** Does the work and says how it went; must not reject. */
  work: () => Promise<SimulatedResponse> | SimulatedResponse;
  /** The provider's answer for one of its error codes. */
  errorResponse: (errorCode: number) => SimulatedResponse;
}

/** Sends the answer of a simulated provider, through the fault planned for this call if there is one. */
export async function respond(res: Response, delivery: Delivery): Promise<void> {
  const { fault, delayMs, work, errorResponse } = delivery;
  const worked =
    fault === undefined || !('process' in fault) || fault.process ? await work() : null;
  switch (fault?.kind) {
    case 'hang':
      return;
    case 'reset':
      res.socket?.resetAndDestroy();
      return;
    case 'delay':
      await pause(fault.ms);
  }
  await pause(delayMs);
  const answer = replacement(fault, errorResponse) ?? worked ?? errorResponse(50_000);
  await send(res, answer, fault?.kind === 'drip' ? fault.msPerByte : 0);
}

function replacement(
  fault: Fault | undefined,
  errorResponse: Delivery['errorResponse'],
): SimulatedResponse | undefined {
  if (fault?.kind === 'answer') return fault;
  if (fault?.kind === 'error') return errorResponse(fault.errorCode);
  return undefined;
}

async function send(res: Response, answer: SimulatedResponse, msPerByte: number): Promise<void> {
  if (isGone(res)) return;
  const raw = typeof answer.body === 'string';
  const text = raw ? (answer.body as string) : JSON.stringify(answer.body ?? null);
  const bytes = Buffer.from(answer.body === undefined ? '' : text);
  const type = raw ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  res.status(answer.status).set({ 'Content-Type': type, 'Content-Length': String(bytes.length) });
  res.set(answer.headers ?? {});
  if (msPerByte === 0) {
    res.end(bytes);
    return;
  }
  res.flushHeaders();
  for (const byte of bytes) {
    await pause(msPerByte);
    if (isGone(res)) return;
    res.write(Buffer.of(byte));
  }
  res.end();
}

function isGone(res: Response): boolean {
  return res.destroyed;
}

/** Does not keep the process alive: the simulator may be closed while an answer is being held back. */
async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { ref: false });
}
