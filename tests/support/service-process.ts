import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogCapture, noteSecret } from './evidence.js';
import { FakeSinch } from './fake-sinch.js';
import { PROOF_KEY } from './service.js';

const ROOT = join(import.meta.dirname, '../..');
const START_MS = 40_000;

/** As in production, and everything off that would get in the way of a test about something else. */
export const PRODUCTION_ENVIRONMENT: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: '0',
  PROVIDER_ALLOW_LOOPBACK: 'true',
  PROVIDER_BREAKER_FAILURES: '0',
  OTP_SECRET: 'abcdefghijklmnopqrstuvwxyz012345',
  OTP_COUNTRIES: '*',
  PROOF_PRIVATE_KEY: PROOF_KEY,
  LIMIT_SEND_PER_IP: 'off',
  LIMIT_CHECK_PER_IP: 'off',
  LIMIT_SEND_PER_PHONE: 'off',
  LIMIT_WRONG_PER_PHONE: 'off',
  LIMIT_SEND_PER_PREFIX: 'off',
  LIMIT_SEND_PER_COUNTRY: 'off',
  LIMIT_SEND_TOTAL: 'off',
  LIMIT_RESEND_COOLDOWN_SECONDS: '0',
  SHUTDOWN_DELAY_MS: '0',
};

/** How a process ended. */
export interface ExitStatus {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Since it was started. */
  afterMs: number;
}

export interface ProcessOptions {
  environment: Record<string, string>;
  /** JavaScript that the process runs before anything of the service. */
  preload?: string;
  /** Relative to the checkout; the built server unless given. */
  script?: string;
}

/** Of tests that were given up: nobody is left who would stop them. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The built server in a process of its own, to be signalled and killed like any other. */
export class ServiceProcess {
  readonly log = new LogCapture();
  /** What is not a log line, such as the reason why a start failed. */
  errorOutput = '';
  url = '';
  private readonly startedAt = performance.now();
  private readonly ending: Promise<ExitStatus>;
  private isRunning = true;

  private constructor(private readonly child: ChildProcess) {
    running.add(child);
    this.keepOutput();
    // Not "exit": what it said last is then still on its way.
    this.ending = once(child, 'close').then(([code, signal]) => {
      this.isRunning = false;
      running.delete(child);
      const afterMs = performance.now() - this.startedAt;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, afterMs };
    });
  }

  /** Starts it without waiting for anything. */
  static spawn({
    environment,
    preload,
    script = 'dist/server.js',
  }: ProcessOptions): ServiceProcess {
    const before =
      preload === undefined
        ? []
        : ['--import', `data:text/javascript,${encodeURIComponent(preload)}`];
    const { PATH, HOME, TMPDIR, TZ } = process.env;
    const inherited = Object.entries({ PATH, HOME, TMPDIR, TZ }).filter(
      ([, value]) => value !== undefined,
    );
    const child = spawn(process.execPath, [...before, script], {
      cwd: ROOT,
      env: { ...Object.fromEntries(inherited), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServiceProcess(child);
  }

  /** A calm one in front of a provider, on a database, that listens. */
  static async start(
    databaseUrl: string,
    sinch: Pick<FakeSinch, 'environment'>,
    environment: Record<string, string> = {},
    preload?: string,
  ): Promise<ServiceProcess> {
    noteSecret(FakeSinch.secret);
    const service = ServiceProcess.spawn({
      environment: {
        ...PRODUCTION_ENVIRONMENT,
        ...sinch.environment,
        DATABASE_URL: databaseUrl,
        ...environment,
      },
      ...(preload !== undefined && { preload }),
    });
    await service.listens();
    return service;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get port(): string {
    return new URL(this.url).port;
  }

  get ended(): Promise<ExitStatus> {
    return this.ending;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Without a chance to finish anything. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ending;
  }

  /** In good order if it can, and then for certain. */
  async stop(): Promise<ExitStatus> {
    this.signal('SIGTERM');
    const late = sleep(15_000, undefined, { ref: false }).then(() => this.kill());
    await Promise.race([this.ending, late]);
    return this.ending;
  }

  /** @throws Error with all that it said, when it ends or takes too long before it listens */
  async listens(): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (this.url === '' && this.isRunning && performance.now() < deadline) await sleep(5);
    if (this.url !== '') return;
    await this.kill();
    throw new Error(`The service did not start:\n${this.errorOutput}\n${this.log.lines.join('')}`);
  }

  /** Resident memory in MiB, as the kernel counts it. */
  memory(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  private keepOutput(): void {
    let rest = '';
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.keep(line);
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errorOutput += text));
  }

  private keep(line: string): void {
    this.log.write(`${line}\n`);
    if (this.url === '') this.url = /listening on (http:\/\/[^"\s]+)/.exec(line)?.[1] ?? '';
  }
}
