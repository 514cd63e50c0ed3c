import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { describe } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
/** The same engine without windows. A page takes a third of the CPU time. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';
const executablePath = existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : CHROMIUM;

/** Always true in CI, where a missing Chromium is a failure. */
export const hasChromium = existsSync(executablePath) || process.env['CI'] === 'true';

/** Skips without Chromium. */
export const describeInChromium = hasChromium ? describe : describe.skip;

/** A browser with an empty profile that can only reach loopback. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
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

/** SCREENSHOT_DIR, created, or empty: taking screenshots is slow. */
export const screenshotDirectory = async (): Promise<string> => {
  const wanted = process.env['SCREENSHOT_DIR'] ?? '';
  if (wanted !== '') await mkdir(wanted, { recursive: true });
  return wanted;
};
