import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from './app.js';
import { startBackground } from './services/operations/background-work.js';
import type { Config } from './config/config.js';
import { ConfigError, loadConfig, readEnvironment } from './config/load.js';
import { usedProviders } from './config/provider-routes.js';
import { createContainer, type Container } from './container/container.js';
import type { Resources } from './container/resources.js';
import { Database } from './database/database.js';
import { listen, type ListeningServer } from './http/server.js';
import { createLogger, errorFields, type Logger } from './observability/logger.js';

/** What a start adds to the configuration: in production nothing, in development whatever is missing. */
interface Runtime extends Pick<
  Resources,
  'accounts' | 'proofKeys' | 'otpSecrets' | 'accountSecrets' | 'developmentRouter'
> {
  databaseUrl: string;
  /** Told where the service listens, once it does. */
  listening(url: string): Promise<void>;
  /** Lines for the person at the terminal; none in production. */
  welcome(url: string): string[];
}

const STOP_LIMIT_MS = 20_000;

async function main(): Promise<void> {
  const config = readConfig();
  const pretty = process.stdout.isTTY && config.environment !== 'production';
  const logger = createLogger({ level: config.logLevel, pretty });
  const stopper = new Stopper(logger);
  process.on('SIGTERM', () => void stopper.stop('SIGTERM', 0));
  process.on('SIGINT', () => void stopper.stop('SIGINT', 0));
  // A bug that nobody caught: the state of the process is not known any more, so finish and leave.
  process.on('uncaughtException', (error) => {
    logger.error('process.uncaught', errorFields(error));
    void stopper.stop('uncaughtException', 1);
  });
  try {
    await start(config, logger, stopper);
  } catch (error) {
    process.stderr.write(`${startFault(error)}\n`);
    await stopper.stop('a start that failed', 1);
  }
}

/** Opens one thing after the other; whatever is open already is closed again when a later one fails. */
async function start(config: Config, logger: Logger, stopper: Stopper): Promise<void> {
  const surroundings = await prepare(config, logger, stopper);
  const db = new Database({ ...config.database, url: surroundings.databaseUrl });
  stopper.add(() => db.close());
  const container = await createContainer({ config, logger, db, ...surroundings });
  stopper.add(() => container.close());
  stopper.add(startBackground(container.background));
  const server = await listen(createApp(container), config.host, config.port);
  stopper.add(() => leave(container, server, config.shutdownDelayMs));
  const url = urlOf(config.host, server.port);
  await surroundings.listening(url);
  announce(config, logger, { url, port: server.port }, surroundings);
  void container.advise();
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

async function prepare(config: Config, logger: Logger, stopper: Stopper): Promise<Runtime> {
  const { database, accounts, proof } = config;
  if (config.environment !== 'production') {
    // Loaded only here: a production image need not contain it.
    const { startDevelopment } = await import('./development/start.js');
    return startDevelopment(config, logger, (step) => stopper.add(step));
  }
  if (!database.url || !proof.privateKeys) {
    throw new Error('The configuration was not checked');
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
 * Readiness goes first, so that load balancers look elsewhere while this process still answers, and clients
 * who keep their connection are told to give it up.
 */
async function leave(
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

/** One log line that says it is up; in development also the block for people, kept out of a log that is parsed. */
function announce(
  config: Config,
  logger: Logger,
  { url, port }: { url: string; port: number },
  surroundings: Runtime,
): void {
  logger.info('process.started', { names: [...usedProviders(config.routes)] });
  logger.info(`listening on ${url}`, { port });
  const lines = surroundings.welcome(url);
  const terminal = process.stdout.isTTY ? process.stdout : process.stderr;
  // After the lines of the log, which leave at the end of this turn.
  if (lines.length > 0) setImmediate(() => terminal.write(`${lines.join('\n')}\n`));
}

/** Runs what was added in reverse order, once, however often and by whatever it is asked. */
class Stopper {
  private readonly steps: (() => unknown)[] = [];
  private stopping = false;

  constructor(private readonly logger: Logger) {}

  add(step: () => unknown): void {
    this.steps.unshift(step);
  }

  async stop(signal: string, exitCode: number): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.logger.info('process.stopping', { signal });
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
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

function startFault(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'The PORT is taken by another process. Set PORT to a free one.';
  return `The start failed: ${error instanceof Error ? error.message : 'for an unknown reason'}`;
}

await main();
