import { existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Always true in CI, where a missing Chromium is a failure. */
export const hasChromium = existsSync(EXECUTABLE) || process.env['CI'] === 'true';

/** Skips without Chromium. */
export const describeInChromium = hasChromium ? describe : describe.skip;

/** A browser with an empty profile that can only reach loopback. */
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

/** Directory for screenshots: SCREENSHOT_DIR, or a temporary one. */
export const screenshotDirectory = async (): Promise<string> => {
  const wanted = process.env['SCREENSHOT_DIR'];
  if (!wanted) return mkdtemp(join(tmpdir(), 'proofline-screenshots-'));
  await mkdir(wanted, { recursive: true });
  return wanted;
};
