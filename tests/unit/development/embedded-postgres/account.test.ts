import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canAccess, serverAccount } from '../../../../src/development/embedded-postgres/account.js';
import {
  isOwnedDirectoryName,
  ownedDirectory,
} from '../../../../src/development/embedded-postgres/owned-directory.js';

const STRANGER = { uid: 54_321, gid: 54_321 };
const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(realpathSync(tmpdir()), 'proofline-unit-'));
  mkdirSync(join(home, 'inner'));
  file = join(home, 'inner', 'file');
  writeFileSync(file, '');
  open(0o755, 0o755, 0o644);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function open(outer: number, inner: number, mode: number): void {
  chmodSync(home, outer);
  chmodSync(join(home, 'inner'), inner);
  chmodSync(file, mode);
}

describe('access of an account', () => {
  it('allows a readable file below accessible directories', () => {
    expect(canAccess(file, STRANGER, 'read')).toBe(true);
    expect(canAccess(join(home, 'inner'), STRANGER, 'execute')).toBe(true);
  });

  it.each([
    ['a closed directory above', 0o700, 0o755, 0o644],
    ['a directory above that can be listed but not entered', 0o744, 0o755, 0o644],
    ['a closed directory around', 0o755, 0o750, 0o644],
    ['a closed file', 0o755, 0o755, 0o640],
  ])('denies %s', (_what, outer, inner, mode) => {
    open(outer, inner, mode);
    expect(canAccess(file, STRANGER, 'read')).toBe(false);
  });

  it("depends on the file's owner and group", () => {
    open(0o711, 0o711, 0o600);
    expect(canAccess(file, me, 'read')).toBe(true);
    expect(canAccess(file, { uid: STRANGER.uid, gid: me.gid }, 'read')).toBe(false);
    chmodSync(file, 0o640);
    expect(canAccess(file, { uid: STRANGER.uid, gid: me.gid }, 'read')).toBe(true);
  });

  it('denies execution of a file that is not executable', () => {
    expect(canAccess(file, STRANGER, 'execute')).toBe(false);
    chmodSync(file, 0o755);
    expect(canAccess(file, STRANGER, 'execute')).toBe(true);
  });

  it('allows everything without an account', () => {
    open(0o700, 0o700, 0o600);
    expect(canAccess(file, undefined, 'read')).toBe(true);
  });
});

describe('account of the server', () => {
  it('is undefined unless we are root, and never root', () => {
    const account = serverAccount(join(home, '.data', 'postgres'));
    if (me.uid === 0) expect(account?.uid).toBeGreaterThan(0);
    else expect(account).toBeUndefined();
  });
});

describe('owned directory', () => {
  const path = '/somebody/checkout/.data/postgres';
  let place: string;
  beforeEach(() => {
    place = ownedDirectory('unit', `${path}-${process.pid}`, STRANGER);
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  it('is the same for the same purpose and path, and accessible to the account', () => {
    expect(ownedDirectory('unit', `${path}-${process.pid}`, STRANGER)).toBe(place);
    expect(canAccess(place, STRANGER, 'execute')).toBe(true);
    expect(isOwnedDirectoryName('unit', place)).toBe(true);
    expect(isOwnedDirectoryName('other', place)).toBe(false);
  });

  it('is refused when other users may write to it', () => {
    chmodSync(place, 0o777);
    expect(() => ownedDirectory('unit', `${path}-${process.pid}`, STRANGER)).toThrow(
      'belongs to another user',
    );
  });
});
