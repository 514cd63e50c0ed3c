import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import type { Fault } from './faults.js';

/** A response of a simulated provider. A string body is sent as is, other values as JSON. */
export interface SimulatedResponse {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Delivery {
  fault: Fault | undefined;
  delayMs: number;
  handle: () => Promise<SimulatedResponse> | SimulatedResponse;
  errorResponse: (errorCode: number) => SimulatedResponse;
}

/** Sends the response, or applies the planned fault. */
export async function respond(res: Response, delivery: Delivery): Promise<void> {
  const { fault, delayMs, handle, errorResponse } = delivery;
  const processed =
    fault === undefined || !('process' in fault) || fault.process ? await handle() : null;
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
  const response = faultResponse(fault, errorResponse) ?? processed ?? errorResponse(50_000);
  await send(res, response, fault?.kind === 'drip' ? fault.msPerByte : 0);
}

function faultResponse(
  fault: Fault | undefined,
  errorResponse: Delivery['errorResponse'],
): SimulatedResponse | undefined {
  if (fault?.kind === 'answer') return fault;
  if (fault?.kind === 'error') return errorResponse(fault.errorCode);
  return undefined;
}

async function send(res: Response, response: SimulatedResponse, msPerByte: number): Promise<void> {
  if (isGone(res)) return;
  const raw = typeof response.body === 'string';
  const text = raw ? (response.body as string) : JSON.stringify(response.body ?? null);
  const bytes = Buffer.from(response.body === undefined ? '' : text);
  const type = raw ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  res.status(response.status).set({ 'Content-Type': type, 'Content-Length': String(bytes.length) });
  res.set(response.headers ?? {});
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

/** Unreferenced, so that a delayed response does not keep the process alive. */
async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { ref: false });
}
