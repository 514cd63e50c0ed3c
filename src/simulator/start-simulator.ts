import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import type { SinchApplication } from '../clients/sinch-signing.js';
import { CallLog, callLogRouter, recordCalls } from './call-log.js';
import { controlRouter } from './control.js';
import { FaultPlan } from './faults.js';
import { Inbox, inboxRouter } from './inbox.js';
import { SettingsBox, type SettingsChange } from './settings-box.js';
import { Callbacks } from './sinch-verification/callbacks.js';
import type { SinchContext } from './sinch-verification/context.js';
import { seamlessRouter, sinchVerificationRouter } from './sinch-verification/router.js';
import {
  DEFAULT_SINCH_SETTINGS,
  sinchSettingsSchema,
  type SinchSimulatorSettings,
} from './sinch-verification/settings.js';
import { Verifications } from './sinch-verification/verifications.js';

export interface SimulatorOptions extends SinchApplication {
  /** Loopback only: whoever reaches the simulator reads every code. */
  host?: '127.0.0.1';
  /** 0, the default, takes a free port. */
  port?: number | undefined;
  /** Receiver of Sinch callbacks; none when absent. */
  callbackUrl?: string | undefined;
  settings?: SettingsChange<SinchSimulatorSettings> | undefined;
  /** `NODE_ENV` of the process. */
  nodeEnv?: string | undefined;
}

export interface RunningSimulator {
  /** `http://127.0.0.1:<port>`, without a final slash. */
  url: string;
  /** What the simulated phones received. */
  inbox: Inbox;
  /** Stops at once: open connections are cut, clocks and callbacks abandoned. */
  close: () => Promise<void>;
}

/**
 * Starts an HTTP server that speaks the Sinch Verification API v1 at `/verification/v1/…`, with the inbox at
 * `/simulator/inbox`, the knobs at `/simulator/control` and the recorded calls at `/simulator/calls`.
 * @throws Error in production, for settings out of range, and when the port is taken.
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  if (options.nodeEnv === 'production') {
    throw new Error('The simulator refuses to start when NODE_ENV is production.');
  }
  const server = createServer();
  let url = '';
  const context = sinchContext(options, () => url);
  server.on('request', simulatorApp(context));
  url = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const close = async () => {
    context.verifications.close();
    context.callbacks.close();
    await stop(server);
  };
  return { url, inbox: context.inbox, close };
}

function sinchContext(options: SimulatorOptions, baseUrl: () => string): SinchContext {
  const { applicationKey, applicationSecret, callbackUrl } = options;
  const application = { applicationKey, applicationSecret };
  const settings = new SettingsBox(DEFAULT_SINCH_SETTINGS, { callbackUrl, ...options.settings });
  sinchSettingsSchema.parse(settings.current);
  const callbacks = new Callbacks(settings, application);
  const verifications = new Verifications((ended) => callbacks.reportResult(ended));
  return { application, settings, verifications, callbacks, inbox: new Inbox(), baseUrl };
}

function simulatorApp(context: SinchContext): Express {
  const faults = new FaultPlan();
  const calls = new CallLog();
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(inboxRouter(context.inbox));
  app.use(callLogRouter(calls));
  app.use(controlRouter({ sinchVerification: context.settings, faults }));
  app.use(seamlessRouter(context));
  app.use(recordCalls(calls));
  app.use(sinchVerificationRouter(context, faults));
  app.use((_req, res) => {
    res.status(404).json({ message: 'No simulated service lives here.' });
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
