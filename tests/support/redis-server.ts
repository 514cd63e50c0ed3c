import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '@jest/globals';
import { testHome } from './database.js';

const START_MS = 10_000;
const TRIES = 5;

/** Of tests that were given up: nobody is left who would stop them. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The program, when it is on this machine. */
export function findRedisServer(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'redis-server')).find(isProgram);
}

/** Skipped on a machine without Redis; in CI its absence is a failure, not a silent gap. */
export const describeWithRedis =
  findRedisServer() !== undefined || process.env['CI'] === 'true' ? describe : describe.skip;

/** A Redis of one test file that keeps nothing, to be killed, frozen and emptied. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /** On this port of loopback, empty. */
  static async startOn(port: number, ...settings: string[]): Promise<RedisServer> {
    const program = findRedisServer();
    if (program === undefined) throw new Error('redis-server is not on this machine');
    const server = new RedisServer(program, port, settings);
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** On the port of before, and empty again. */
  async restart(): Promise<void> {
    const directory = mkdtempSync(join(testHome(), 'redis-'));
    const own = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', directory];
    const none = ['--save', '', '--appendonly', 'no', '--daemonize', 'no'];
    const child = spawn(this.program, [...own, ...none, ...this.settings], { stdio: 'ignore' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.child = child;
    await this.accepts(child);
  }

  /** In good order. */
  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  /** Without a chance to say goodbye. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  /** It stops in its tracks; its sockets stay open and nothing answers. */
  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  unfreeze(): void {
    this.child?.kill('SIGCONT');
  }

  /**
   * What a bystander is told, one line or several as Redis writes them (RESP 2).
   * @param command words without blanks in them
   */
  async ask(...command: string[]): Promise<string> {
    const socket = connect(this.port, '127.0.0.1').setEncoding('utf8');
    let said = '';
    socket.on('data', (text: string) => (said += text));
    socket.write(`${command.join(' ')}\r\nQUIT\r\n`);
    await once(socket, 'close');
    return said
      .replace(/\+OK\r\n$/, '')
      .replaceAll('\r\n', '\n')
      .trim();
  }

  /** The names of all keys, sorted. */
  async keys(): Promise<string[]> {
    const lines = (await this.ask('KEYS', '*')).split('\n');
    return lines.filter((line) => !/^([*$]|$)/.test(line)).sort();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    // What is frozen hears nothing but the hardest word.
    child.kill('SIGCONT');
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  private async accepts(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + START_MS;
    for (;;) {
      if (child.exitCode !== null) throw new Error('redis-server ended at once');
      const answer = await this.ask('PING').catch(() => '');
      if (/PONG|NOAUTH/.test(answer)) return;
      if (performance.now() > deadline) throw new Error('redis-server does not answer');
      await sleep(10);
    }
  }
}

/**
 * A Redis on a free port of loopback, empty.
 * @param settings on its command line, such as `--requirepass`
 */
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await RedisServer.startOn(await freePort(), ...settings);
    } catch (error) {
      // Somebody else may have taken the port meanwhile.
      if (tries === TRIES) throw error;
    }
  }
}

/** A port of loopback that nobody listens on, a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
