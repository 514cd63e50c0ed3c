import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '@jest/globals';
import { testHome } from './database.js';
import { freePort } from './free-port.js';

const START_MS = 10_000;
const MAX_TRIES = 5;

/** Kills servers of tests that timed out. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function findRedisServer(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'redis-server')).find(isExecutable);
}

/** Skips without Redis, except in CI, where its absence is a failure. */
export const describeWithRedis =
  findRedisServer() !== undefined || process.env['CI'] === 'true' ? describe : describe.skip;

export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  static async startOn(port: number, ...settings: string[]): Promise<RedisServer> {
    const program = findRedisServer();
    if (program === undefined) throw new Error('redis-server is not installed');
    const server = new RedisServer(program, port, settings);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    const directory = mkdtempSync(join(testHome(), 'redis-'));
    const own = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', directory];
    const none = ['--save', '', '--appendonly', 'no', '--daemonize', 'no'];
    const child = spawn(this.program, [...own, ...none, ...this.settings], { stdio: 'ignore' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.child = child;
    await this.waitUntilAccepting(child);
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** Pauses the process (SIGSTOP); sockets stay open. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  unfreeze(): void {
    this.child?.kill('SIGCONT');
  }

  /** Returns the raw reply (RESP 2), over a connection of its own. The words contain no spaces. */
  async ask(...command: string[]): Promise<string> {
    const socket = connect(this.port, '127.0.0.1').setEncoding('utf8');
    let reply = '';
    socket.on('data', (text: string) => (reply += text));
    socket.write(`${command.join(' ')}\r\nQUIT\r\n`);
    await once(socket, 'close');
    return reply
      .replace(/\+OK\r\n$/, '')
      .replaceAll('\r\n', '\n')
      .trim();
  }

  async keys(): Promise<string[]> {
    const lines = (await this.ask('KEYS', '*')).split('\n');
    return lines.filter((line) => !/^([*$]|$)/.test(line)).sort();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    // A stopped process handles no signal but SIGKILL.
    child.kill('SIGCONT');
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  private async waitUntilAccepting(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      if (child.exitCode !== null) throw new Error('redis-server exited on start');
      const answer = await this.ask('PING').catch(() => '');
      if (/PONG|NOAUTH/.test(answer)) return;
      if (performance.now() > deadline) throw new Error('redis-server does not answer');
      await sleep(10);
    }
  }
}

/** @param settings command-line options, such as `--requirepass` */
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await RedisServer.startOn(await freePort(), ...settings);
    } catch (error) {
      // Another process may take the port first.
      if (tries === MAX_TRIES) throw error;
    }
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
