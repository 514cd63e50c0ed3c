import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../../..');

/** A fenced block of a document. */
export interface Block {
  /** Document and line of the fence. */
  place: string;
  language: string;
  text: string;
  /** The reason in `<!-- not run: … -->` above the block. */
  notRun?: string;
  /** The file in `<!-- run by: … -->` above the block: a test or script that runs it. */
  runBy?: string;
}

export interface Page {
  path: string;
  blocks: Block[];
  /** The page in `<!-- after: … -->`, whose commands a reader has typed before. */
  after?: string;
  /** The reason in `<!-- none run: … -->`: no block of the page runs. */
  noneRun?: string;
}

const FENCE = /^( *)```(\w*)$/;
const MARKER = /^\s*<!-- (after|none run|not run|run by): (.+) -->$/;

const namesIn = (folder: string, options: { recursive?: boolean } = {}): string[] =>
  readdirSync(join(ROOT, folder), { ...options, encoding: 'utf8' });

/** Every document whose blocks a reader may copy. */
export const PATHS: readonly string[] = [
  ...namesIn('.'),
  ...namesIn('docs', { recursive: true }).map((name) => `docs/${name}`),
  ...namesIn('examples').map((name) => `examples/${name}/README.md`),
].filter((path) => path.endsWith('.md') && existsSync(join(ROOT, path)));

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export const readPage = (path: string): Page => parsePage(path, read(path));

export function parsePage(path: string, markdown: string): Page {
  const page: Page = { path, blocks: [] };
  const lines = markdown.split('\n');
  let markers: Partial<Record<string, string>> = {};
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, kind, value = ''] = MARKER.exec(line) ?? [];
    const fence = FENCE.exec(line);
    if (kind === 'after') page.after = value;
    else if (kind === 'none run') page.noneRun = value;
    else if (kind !== undefined) markers = { ...markers, [kind]: value };
    if (!fence && /^\s*(```|~~~)/.test(line))
      throw new Error(`${path}:${at + 1}: "${line}" is unknown`);
    if (fence) {
      const end = lines.findIndex((other, index) => index > at && other.trim() === '```');
      if (end === -1) throw new Error(`${path}:${at + 1}: the block does not end`);
      const [, indent = '', language = ''] = fence;
      page.blocks.push({
        place: `${path}:${at + 1}`,
        language,
        text: lines
          .slice(at + 1, end)
          .map((one) => one.slice(indent.length))
          .join('\n'),
        ...((markers['not run'] ?? page.noneRun) !== undefined && {
          notRun: markers['not run'] ?? page.noneRun,
        }),
        ...(markers['run by'] !== undefined && { runBy: markers['run by'] }),
      });
      at = end;
    }
    // A marker stands directly above its block; blank lines and other comments may be between.
    if (fence || !/^\s*(<!-- .* -->)?$/.test(line)) markers = {};
  }
  return page;
}
