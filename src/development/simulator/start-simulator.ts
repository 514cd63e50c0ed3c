import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { CallLog, callLogRouter, recordCalls } from './call-log.js';
import { controlRouter } from './control.js';
import { FaultPlan } from './faults.js';
import { Inbox, inboxRouter } from './inbox.js';
import { simulatedInfobip2fa, type Infobip2faOptions } from './infobip-2fa/service.js';
import type { ServiceName } from './operations.js';
import type { SimulatedApi, SharedContext } from './simulated-api.js';
import { simulatedSinchSms, type SinchSmsOptions } from './sinch-sms/service.js';
import {
  simulatedSinchVerification,
  type SinchVerificationOptions,
} from './sinch-verification/service.js';

export interface SimulatorOptions extends SinchVerificationOptions {
  /** Loopback only: anyone who reaches the simulator can read every code. */
  host?: '127.0.0.1';
  /** Default 0: any free port. */
  port?: number | undefined;
  nodeEnv?: string | undefined;
  infobip2fa?: Infobip2faOptions | undefined;
  sinchSms?: SinchSmsOptions | undefined;
}

export interface RunningSimulator {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  inbox: Inbox;
  /** Stops at once: closes open connections, timers and callbacks. */
  close: () => Promise<void>;
}

/**
 * Starts a server with the Sinch Verification API v1 (`/verification/v1`), the Sinch SMS API
 * (`/xms/v1`, `/oauth2/token`), the Infobip 2FA API v2 (`/2fa/2`), and `/simulator/inbox`,
 * `/simulator/control` and `/simulator/calls`.
 * @throws Error in production, for settings out of range, or when the port is in use.
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  if (options.nodeEnv === 'production') {
    throw new Error('The simulator refuses to start when NODE_ENV is production.');
  }
  const server = createServer();
  let url = '';
  const shared = { inbox: new Inbox(), faults: new FaultPlan(), baseUrl: () => url };
  const services = simulatedServices(options, shared);
  server.on('request', simulatorApp(services, shared));
  url = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const close = async () => {
    for (const service of services) service.close?.();
    await stop(server);
  };
  return { url, inbox: shared.inbox, close };
}

/** Every simulator that a record names. */
function simulatedServices(options: SimulatorOptions, shared: SharedContext): SimulatedApi[] {
  const services: Record<ServiceName, SimulatedApi> = {
    sinchVerification: simulatedSinchVerification(options, shared),
    sinchSms: simulatedSinchSms(options.sinchSms ?? {}, shared),
    infobip2fa: simulatedInfobip2fa(options.infobip2fa ?? {}, shared),
  };
  return Object.values(services);
}

function simulatorApp(
  services: readonly SimulatedApi[],
  { inbox, faults }: SharedContext,
): Express {
  const calls = new CallLog();
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(inboxRouter(inbox));
  app.use(callLogRouter(calls));
  app.use(controlRouter({ services, faults }));
  for (const { pages } of services) if (pages) app.use(pages);
  app.use(recordCalls(calls));
  for (const { api } of services) app.use(api);
  app.use((_req, res) => {
    res.status(404).json({ message: 'No simulated API has this path.' });
  });
  return app;
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return `http://${host}:${address.port}`;
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}
