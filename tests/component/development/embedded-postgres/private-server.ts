import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testHome } from '../../../support/database.js';

const OWNER = fileURLToPath(new URL('./embedded-owner.ts', import.meta.url));
const removals: string[] = [];

/** A directory for one cluster, accessible to the server's account by default. */
export function scratchDirectory(mode = 0o755): string {
  const path = mkdtempSync(join(testHome(), 'scratch-'));
  chmodSync(path, mode);
  removals.push(path);
  return path;
}

export function removeScratchDirectories(): void {
  for (const path of removals.splice(0)) rmSync(path, { recursive: true, force: true });
}

/** Another process of the same checkout that uses the cluster until stopped or killed. */
export class Owner {
  private constructor(
    private readonly child: ChildProcess,
    readonly server: { url: string; pid: number; port: number },
  ) {}

  static async start(dataDirectory: string): Promise<Owner> {
    const child = spawn(process.execPath, ['--import', 'tsx', OWNER, dataDirectory], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return new Owner(child, JSON.parse(line.toString()) as Owner['server']);
  }

  /** With SIGKILL, so that it cannot stop the server. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async stop(): Promise<void> {
    this.child.stdin?.end();
    await once(this.child, 'exit');
  }
}

/** Freezes all processes of a server: sockets stay open, but nothing answers. */
export class Freezer {
  private frozen: number[] = [];

  freeze(postmaster: number): void {
    // Freeze the postmaster first, so that it starts no more children.
    this.signal(postmaster, 'SIGSTOP');
    for (const pid of childrenOf(postmaster)) this.signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    // Resume the postmaster last: it reaps dead children, and then their ids are invalid.
    for (const pid of this.frozen.splice(0).reverse()) process.kill(pid, 'SIGCONT');
  }

  private signal(pid: number, signal: NodeJS.Signals): void {
    process.kill(pid, signal);
    this.frozen.push(pid);
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
}
