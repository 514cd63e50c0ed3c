import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import { parse as parseVariables } from 'dotenv';
import { loadConfig } from '../../../src/config/load.js';
import { testHome } from '../../support/database.js';
import { freePort } from '../../support/free-port.js';
import { noAccounts } from '../../support/no-accounts.js';
import { checkRules } from './alert-rules.js';
import { compilerErrors } from './compile.js';
import { readPage, ROOT, type Block, type Page } from './pages.js';
import { Shell } from './shell.js';
import { answerIn, differences } from './shown-answer.js';
import { planStatement } from './statements.js';
import type { World } from './world.js';

/** Languages of blocks that are pictures or plain words. */
const NO_CODE = new Set(['mermaid', 'text']);
/** The last command of a block that keeps running. */
const SERVER = /(^|\n)([A-Z_]+=\S+ )*(npm start|npm run (dev|simulator)|node server\.mjs)( +#.*)?$/;
/** A first line such as `// server.mjs`: the reader saves the block under this name. */
const FILE_NAME = /^(?:\/\/|<!--) (\S+\.\w+)(?: -->)?\n/;
const REFUSAL = '"type": "urn:proofline:problem:';

/**
 * Does what a page says, block by block.
 * @throws Error that begins with the place of the block that failed
 */
export const runPage = (page: Page, world: World): Promise<void> => PageRun.of(page, world);

/** A reader of one page, in a directory that looks like a checkout. */
class PageRun {
  private readonly programs: string[] = [];
  private readonly home = mkdtempSync(join(testHome(), 'page-'));
  private readonly addresses = new Map<string, string>();
  private readonly shell: Shell;
  private printed: string | undefined;
  private hasOwnPage = false;

  private constructor(
    private readonly page: Page,
    private readonly world: World,
    [service, simulator, app]: [number | undefined, number, number],
  ) {
    const url = service === undefined ? world.serviceUrl : `http://127.0.0.1:${service}`;
    this.addresses.set('http://127.0.0.1:3000', url);
    this.addresses.set('https://verify.example.com', url);
    this.addresses.set('127.0.0.1:3018', `127.0.0.1:${simulator}`);
    this.addresses.set('127.0.0.1:4000', `127.0.0.1:${app}`);
    this.addresses.set('listen(4000', `listen(${app}`);
    this.shell = new Shell(this.home, this.checkout(), {
      ...environmentOf(world.databaseUrl, this.home),
      PORT: String(service ?? 0),
      SIMULATOR_PORT: String(simulator),
    });
  }

  static async of(page: Page, world: World): Promise<void> {
    const starts = /(npm start|npm run dev)( +#.*)?$/m;
    const startsService = page.blocks.some((block) => isRunHere(block) && starts.test(block.text));
    const run = new PageRun(page, world, [
      startsService ? await freePort() : undefined,
      await freePort(),
      await freePort(),
    ]);
    try {
      await run.all();
    } finally {
      await run.shell.end();
    }
  }

  private async all(): Promise<void> {
    const before = this.page.after === undefined ? [] : readPage(this.page.after).blocks;
    const blocks = [...before.filter(({ language }) => language === 'sh'), ...this.page.blocks];
    for (const [at, block] of blocks.entries()) {
      if (isRunHere(block)) await this.try(block, blocks[at + 1]);
    }
    const errors = this.programs.length > 0 ? compilerErrors(this.programs) : [];
    if (errors.length > 0) throw new Error(`${this.page.path}: ${errors.join(', ')}`);
    if (this.hasOwnPage) await this.world.verifyOn(this.here('http://127.0.0.1:4000/'), this.url);
  }

  private get url(): string {
    return this.here('http://127.0.0.1:3000');
  }

  private async try(block: Block, next: Block | undefined): Promise<void> {
    const printed = this.printed;
    this.printed = undefined;
    try {
      if (block.language === 'sh') await this.command(this.here(block.text), next);
      else await this.run(block.language, this.here(block.text), printed);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${block.place} (${block.language}): ${reason}`, { cause: error });
    }
  }

  private async run(language: string, text: string, printed?: string): Promise<void> {
    if (language === 'json') checkAnswer(text, printed);
    else if (language === 'html') await this.html(text);
    else if (language === 'js') await this.program(text);
    else if (language === 'sql') await planStatement(text, this.world.databaseUrl);
    else if (language === 'yaml') await checkRules(text);
    else if (language === 'ini') checkSettings(text);
    else if (language === 'text' && printed !== undefined) expect(printed.trim()).toBe(text);
    else if (!NO_CODE.has(language)) {
      throw new Error(
        'nothing runs this language: teach tests/docs/support/page-run.ts, or mark it',
      );
    }
  }

  private async command(text: string, next: Block | undefined): Promise<void> {
    if (SERVER.test(text)) return this.shell.serve(text);
    const isRefused = next?.language === 'json' && next.text.includes(REFUSAL);
    this.printed = await this.shell[isRefused ? 'runRefused' : 'run'](text);
  }

  private async html(text: string): Promise<void> {
    if ((await this.save(text)) !== undefined) this.hasOwnPage = true;
    else await this.world.verifyOn(this.world.serve(text), this.url);
  }

  /** Saves a program that later commands use. One without a name is run at once. */
  private async program(text: string): Promise<void> {
    const name = FILE_NAME.exec(text)?.[1] ?? `program-${this.programs.length}.mjs`;
    const isNamed = (await this.save(text)) !== undefined;
    const path = join(isNamed ? await this.shell.directory() : this.home, name);
    this.programs.push(path);
    if (isNamed) return;
    writeFileSync(path, text);
    await this.shell.run(`"${process.execPath}" "${path}"`);
  }

  private async save(text: string): Promise<string | undefined> {
    const name = FILE_NAME.exec(text)?.[1];
    if (name === undefined) return undefined;
    const path = join(await this.shell.directory(), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** The addresses of the text, as they are in this run. */
  private here(text: string): string {
    return [...this.addresses].reduce((so, [shown, real]) => so.replaceAll(shown, real), text);
  }

  /** A directory of links: what the page writes beside the checkout stays beside it. */
  private checkout(): string {
    const checkout = join(this.home, 'proofline');
    mkdirSync(checkout);
    const own = ['.data', '.env', '.git'];
    for (const name of readdirSync(ROOT).filter((entry) => !own.includes(entry))) {
      symlinkSync(join(ROOT, name), join(checkout, name));
    }
    // In place of the packages that the page installs.
    symlinkSync(join(ROOT, 'node_modules'), join(this.home, 'node_modules'));
    // A refusal of the service is a command that fails.
    writeFileSync(join(this.home, '.curlrc'), 'fail-with-body\n');
    return checkout;
  }
}

export const isRunHere = ({ notRun, runBy }: Block): boolean =>
  notRun === undefined && runBy === undefined;

function checkSettings(text: string): void {
  const { warnings } = loadConfig({ NODE_ENV: 'development', ...parseVariables(text) });
  expect(warnings).toEqual([]);
}

function checkAnswer(text: string, printed: string | undefined): void {
  const shown = JSON.parse(text) as Parameters<typeof differences>[0];
  if (printed !== undefined) expect(differences(shown, answerIn(printed))).toEqual([]);
}

/** One address sends all messages of the run, and the pages share some numbers. */
function environmentOf(databaseUrl: string, home: string): Record<string, string> {
  const kept = ['PATH', 'TMPDIR', 'TZ'].map((name) => [name, process.env[name] ?? '']);
  const limits = ['SEND_PER_IP', 'CHECK_PER_IP', 'SEND_PER_PHONE', 'SEND_PER_PREFIX', 'SEND_TOTAL'];
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    ...noAccounts(),
    ...Object.fromEntries(limits.map((name) => [`LIMIT_${name}`, 'off'])),
    HOME: home,
    CURL_HOME: home,
    DATABASE_URL: databaseUrl,
    LIMIT_RESEND_COOLDOWN_SECONDS: '0',
    NO_COLOR: '1',
  };
}
