import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface WebOptions {
  demo: boolean;
  docs: boolean;
  /** Path in front of every link, such as `/verify`; empty without one. */
  basePath: string;
  /** Channels that the demo page offers, the default first. */
  channels: readonly string[];
  /** Publishable key of the demo page; undefined where none is needed. */
  demoKey?: string | undefined;
}

interface Page {
  path: string;
  file: string;
  label: string;
  /** Not in the menu of a phone, which has no more room. */
  isForWide?: boolean;
  part: 'demo' | 'docs';
}

const PAGES: readonly Page[] = [
  { path: '/', file: 'index.html', label: 'Demo', part: 'demo' },
  { path: '/simulator', file: 'simulator.html', label: 'Phones', part: 'demo' },
  {
    path: '/simulator/webhooks',
    file: 'webhooks.html',
    label: 'Webhooks',
    part: 'demo',
    isForWide: true,
  },
  { path: '/docs', file: 'docs.html', label: 'API', part: 'docs' },
];

const link = (page: Page, current: Page): string =>
  `<li${page.isForWide ? ' class="wide"' : ''}><a href="${page.path}"${page === current ? ' aria-current="page"' : ''} data-text="nav${page.label}">${page.label}</a></li>`;

/** Puts the path in front of every link of the page. */
const underPath = (basePath: string, html: string): string =>
  html.replaceAll(/ (href|src)="\//g, (_, name: string) => ` ${name}="${basePath}/`);

/** Rendered HTML by path. The menu links only enabled pages. */
export const renderPages = (publicDir: string, options: WebOptions): Map<string, string> => {
  const read = (file: string): string => readFileSync(join(publicDir, file), 'utf8');
  const enabled = PAGES.filter((page) => options[page.part]);
  const header = read('partials/header.html');
  const footer = read('partials/footer.html');
  const language = read('partials/language.html');
  const render = (current: Page): string => {
    const parts: Record<string, string> = {
      base: options.basePath,
      header,
      footer,
      // The simulator and the reference are in English.
      language: current.path === '/' ? language : '',
      home: options.demo ? '/' : '/docs',
      channels: options.channels.join(' '),
      demoKey: options.demoKey ?? '',
      nav: enabled.map((page) => link(page, current)).join(''),
    };
    const fill = (html: string): string =>
      html.replace(
        /<!-- (header|footer|language) -->|\{\{(nav|home|channels|demoKey|base)\}\}/g,
        (_, partial: string | undefined, value: string | undefined) =>
          fill(parts[partial ?? value ?? ''] ?? ''),
      );
    return underPath(options.basePath, fill(read(current.file)));
  };
  return new Map(enabled.map((page) => [page.path, render(page)]));
};
