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

/** A production configuration without limits and breakers, so that tests meet only what they test. */
export const PRODUCTION_ENVIRONMENT: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  CALLERS: 'open',
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
  LIMIT_SEND_TO_VERIFIED: 'off',
  LIMIT_RESEND_COOLDOWN_SECONDS: '0',
  SHUTDOWN_DELAY_MS: '0',
};

export interface ExitStatus {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Since the start of the process. */
  afterMs: number;
}

export interface ProcessOptions {
  environment: Record<string, string>;
  preload?: string;
  /** Default: the built server. */
  script?: string;
}

/** Kills processes of tests that timed out. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class ServiceProcess {
  readonly log = new LogCapture();
  errorOutput = '';
  url = '';
  private readonly startedAt = performance.now();
  private readonly ending: Promise<ExitStatus>;
  private isRunning = true;

  private constructor(private readonly child: ChildProcess) {
    running.add(child);
    this.keepOutput();
    // "close", not "exit": output may still arrive after "exit".
    this.ending = once(child, 'close').then(([code, signal]) => {
      this.isRunning = false;
      running.delete(child);
      const afterMs = performance.now() - this.startedAt;
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, afterMs };
    });
  }

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

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ending;
  }

  async stop(): Promise<ExitStatus> {
    this.signal('SIGTERM');
    const timeout = sleep(15_000, undefined, { ref: false }).then(() => this.kill());
    await Promise.race([this.ending, timeout]);
    return this.ending;
  }

  /** @throws Error with all output, when the process ends or 40 s pass before it listens */
  async listens(): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (this.url === '' && this.isRunning && performance.now() < deadline) await sleep(5);
    if (this.url !== '') return;
    await this.kill();
    throw new Error(`The service did not start:\n${this.errorOutput}\n${this.log.lines.join('')}`);
  }

  /** Resident memory in MiB, from /proc. */
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
