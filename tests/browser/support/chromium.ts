import { existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Skipped on a machine without Chromium; in CI its absence is a failure, not a silent gap. */
export const describeInChromium =
  existsSync(EXECUTABLE) || process.env['CI'] === 'true' ? describe : describe.skip;

/** A browser with an empty profile that reaches loopback and nothing else. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });

/** Where screenshots go: SCREENSHOT_DIR, or a new temporary directory. */
export const screenshotDirectory = async (): Promise<string> => {
  const wanted = process.env['SCREENSHOT_DIR'];
  if (!wanted) return mkdtemp(join(tmpdir(), 'proofline-screenshots-'));
  await mkdir(wanted, { recursive: true });
  return wanted;
};
