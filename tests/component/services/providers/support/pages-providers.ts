import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../../../../..');
const PAGE = join(ROOT, 'docs/adding-a-provider.md');

/** A copy of the checkout in which somebody has followed docs/adding-a-provider.md. */
export class PagesProviders {
  /** The files that the page writes or edits, in its order. */
  readonly files: string[] = [];
  private readonly root = mkdtempSync(join(tmpdir(), 'proofline-page-'));

  constructor() {
    const own = ['src', 'dist', '.data', '.git'];
    for (const name of readdirSync(ROOT).filter((entry) => !own.includes(entry))) {
      symlinkSync(join(ROOT, name), join(this.root, name));
    }
    cpSync(join(ROOT, 'src'), join(this.root, 'src'), { recursive: true });
    const page = readFileSync(PAGE, 'utf8');
    for (const [, path = '', code = ''] of page.matchAll(/```ts\n\/\/ (src\S+)\n([\s\S]*?)```/g)) {
      this.files.push(path);
      this.follow(path, code, page);
    }
    cpSync(join(ROOT, 'dist'), join(this.root, 'dist'), { recursive: true });
    this.build();
  }

  get server(): string {
    return join(this.root, 'dist/server.js');
  }

  private get options(): ts.CompilerOptions {
    const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) =>
      ts.sys.readFile(path),
    ) as { config: { compilerOptions: object } };
    return ts.convertCompilerOptionsFromJson(config.compilerOptions, this.root).options;
  }

  /** What the compiler says about these files. */
  errors(): string[] {
    const paths = this.files.map((path) => join(this.root, path));
    const program = ts.createProgram(paths, { ...this.options, types: ['node'] });
    return paths
      .flatMap((path) => program.getSemanticDiagnostics(program.getSourceFile(path)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Creates a file, or puts a record above the list of an existing one and its name into the list. */
  private follow(path: string, code: string, page: string): void {
    const target = join(this.root, path);
    const record = /^export const (\w+) = (?:provider|smsSender)\(/.exec(code)?.[1];
    if (record === undefined) {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, code, { flag: 'wx' });
      return;
    }
    const [, list = ''] = new RegExp(`\`(\\w+) = \\[[\\w, ]*${record}\\]\``).exec(page) ?? [];
    const head = `export const ${list} = [`;
    const comment = new RegExp(`(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?${head.replace('[', '\\[')}`);
    const text = readFileSync(target, 'utf8');
    const edited = text.replace(comment, (found) => `${code}\n${found}${record}, `);
    if (list === '' || edited === text) throw new Error(`The page does not fit ${path}`);
    writeFileSync(target, edited);
  }

  /** Transpiles the files into the copy of `dist/`, as scripts/transpile.mjs does. */
  private build(): void {
    const compilerOptions = { ...this.options, module: ts.ModuleKind.ESNext };
    for (const path of this.files) {
      const text = readFileSync(join(this.root, path), 'utf8');
      const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: path });
      const target = join(this.root, path.replace(/^src/, 'dist').replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, outputText);
    }
  }
}
