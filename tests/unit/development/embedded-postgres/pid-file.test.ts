import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isAlive,
  readPostmaster,
  runningPostmaster,
} from '../../../../src/development/embedded-postgres/pid-file.js';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'proofline-unit-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const pidFile = (): string => join(data, 'postmaster.pid');
const deadPid = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

describe('postmaster.pid', () => {
  it('has the process id and port', () => {
    writeFileSync(pidFile(), `4711\n${data}\n1795238187\n37321\n\n127.0.0.1\n`);
    expect(readPostmaster(data)).toEqual({ pid: 4711, port: 37_321 });
  });

  it('has no port yet while the server starts', () => {
    writeFileSync(pidFile(), `4711\n${data}\n1795238187\n`);
    expect(readPostmaster(data)).toEqual({ pid: 4711, port: 0 });
  });

  it.each(['', 'x\n', '-1\n', '0\n'])('is ignored with the content %j', (contents) => {
    writeFileSync(pidFile(), contents);
    expect(readPostmaster(data)).toBeUndefined();
  });

  it('may be missing', () => {
    expect(runningPostmaster(data)).toBeUndefined();
  });
});

describe('stale postmaster.pid', () => {
  it('stays when the process is gone', () => {
    writeFileSync(pidFile(), `${deadPid()}\n${data}\n0\n5432\n`);
    expect(runningPostmaster(data)).toBeUndefined();
    expect(existsSync(pidFile())).toBe(true);
  });

  it('is removed when another program has the process id', () => {
    writeFileSync(pidFile(), `${process.pid}\n${data}\n0\n5432\n`);
    expect(runningPostmaster(data)).toBeUndefined();
    expect(existsSync(pidFile())).toBe(false);
  });
});

describe('process', () => {
  it('is alive until it ends', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(deadPid())).toBe(false);
  });
});
