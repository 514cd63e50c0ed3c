import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../app.js';
import { startBackground } from '../services/operations/background-work.js';
import type { Config } from '../config/config.js';
import { ConfigError, loadConfig, readEnvironment } from '../config/load.js';
import { usedProviders } from '../config/provider-routes.js';
import { createContainer, type Container } from '../container/container.js';
import type { Resources } from '../container/resources.js';
import { Database } from '../database/database.js';
import { describeFailure } from '../database/describe-failure.js';
import { listen, type ListeningServer } from '../http/server.js';
import { createLogger, errorFields, type Logger } from '../observability/logger.js';

/** Resources in addition to the configuration. Development creates those that are missing. */
interface Runtime extends Pick<
  Resources,
  'accounts' | 'proofKeys' | 'otpSecrets' | 'accountSecrets' | 'developmentRouter' | 'demoKey'
> {
  databaseUrl: string;
  listening(url: string, container: Container): Promise<void>;
  welcome(url: string): string[];
}

const SHUTDOWN_TIMEOUT_MS = 20_000;

async function main(): Promise<void> {
  const config = readConfig();
  const isForDeveloper = process.stdout.isTTY && config.environment !== 'production';
  const logger = createLogger({
    level: config.logLevel,
    // Node reads NO_COLOR, FORCE_COLOR and TERM.
    ...(isForDeveloper && { terminal: { hasColours: process.stdout.hasColors() } }),
  });
  for (const outcome of config.warnings) logger.warn('config.unknown_variable', { outcome });
  const shutdown = new Shutdown(logger);
  process.on('SIGTERM', () => void shutdown.stop('SIGTERM', 0));
  process.on('SIGINT', () => void shutdown.stop('SIGINT', 0));
  // The state of the process is undefined after an uncaught exception, so shut down.
  process.on('uncaughtException', (error) => {
    logger.error('process.uncaught', errorFields(error));
    void shutdown.stop('uncaughtException', 1);
  });
  try {
    await start(config, logger, shutdown);
  } catch (error) {
    process.stderr.write(`${startErrorMessage(error, config)}\n`);
    await shutdown.stop('start failed', 1);
  }
}

/** Opens the resources in order. If one fails, the shutdown closes those that are open. */
async function start(config: Config, logger: Logger, shutdown: Shutdown): Promise<void> {
  const runtime = await prepare(config, logger, shutdown);
  const db = new Database({ ...config.database, url: runtime.databaseUrl });
  shutdown.add(() => db.close());
  await db.refuseUnsupported();
  const container = await createContainer({ config, logger, db, ...runtime });
  shutdown.add(() => container.close());
  shutdown.add(startBackground(container.background));
  shutdown.add(container.webhooks.start());
  const server = await listen(createApp(container), config.host, config.port);
  shutdown.add(() => drain(container, server, config.shutdownDelayMs));
  const url = urlOf(config.host, server.port);
  await runtime.listening(url, container);
  announce(config, logger, { url, port: server.port }, runtime);
  void container.advise();
  // Logs at the start what the process waits for.
  void container.health.isReady();
}

function readConfig(): Config {
  try {
    return loadConfig(readEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function prepare(config: Config, logger: Logger, shutdown: Shutdown): Promise<Runtime> {
  const { database, accounts, proof } = config;
  if (config.environment !== 'production') {
    // Dynamic: production images do not contain this module.
    const { startDevelopment } = await import('../development/start.js');
    return startDevelopment(config, logger, (step) => shutdown.add(step));
  }
  if (!database.url || !proof.privateKeys) {
    throw new Error('The configuration was not validated');
  }
  return {
    databaseUrl: database.url,
    accounts,
    proofKeys: proof.privateKeys,
    otpSecrets: config.otp.secrets,
    listening: () => Promise.resolve(),
    welcome: () => [],
  };
}

/**
 * Fails readiness first, so that load balancers stop routing to this process while it still serves
 * requests.
 */
async function drain(
  container: Container,
  server: ListeningServer,
  delayMs: number,
): Promise<void> {
  container.health.drain();
  server.startDraining();
  await sleep(delayMs);
  await server.close();
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Logs the start. In development, also prints the welcome lines, outside of the log if the log is
 * redirected.
 */
function announce(
  config: Config,
  logger: Logger,
  { url, port }: { url: string; port: number },
  runtime: Runtime,
): void {
  logger.info('process.started', { names: [...usedProviders(config.routes)] });
  logger.info(`listening on ${url}`, { port });
  const lines = runtime.welcome(url);
  const terminal = process.stdout.isTTY ? process.stdout : process.stderr;
  // The logger flushes at the end of this turn; print after it.
  if (lines.length > 0) setImmediate(() => terminal.write(`${lines.join('\n')}\n`));
}

/** Runs the added steps once, in reverse order, and exits. */
class Shutdown {
  private readonly steps: (() => unknown)[] = [];
  private started = false;

  constructor(private readonly logger: Logger) {}

  add(step: () => unknown): void {
    this.steps.unshift(step);
  }

  async stop(signal: string, exitCode: number): Promise<void> {
    if (this.started) return;
    this.started = true;
    this.logger.info('process.stopping', { signal });
    setTimeout(() => process.exit(1), SHUTDOWN_TIMEOUT_MS).unref();
    for (const step of this.steps) {
      try {
        await step();
      } catch (error) {
        this.logger.error('process.stop_failed', errorFields(error));
        exitCode = 1;
      }
    }
    this.logger.info('process.stopped', { outcome: exitCode === 0 ? 'clean' : 'failed' });
    process.exit(exitCode);
  }
}

/** One line that names the value and the variable to change. */
function startErrorMessage(error: unknown, { host, port }: Config): string {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return `PORT=${port}: the port is in use by another process on ${host}. Set PORT to a free port.`;
  }
  if (syscall === 'listen' && code === 'EACCES') {
    return `PORT=${port}: this user may not listen on the port. Set PORT to one above 1023.`;
  }
  if (syscall === 'listen' || (error as { hostname?: string }).hostname === host) {
    return `HOST=${host}: is not an address of this machine (${code}). Set HOST to one of its addresses, or unset it.`;
  }
  return `The service failed to start: ${describeFailure(error)}`;
}

await main();
