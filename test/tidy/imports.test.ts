// The arrows between the folders: http and cli -> domain -> ports <- adapters; the console stands apart.
import { describe, expect, it } from 'vitest';
import { importsOf, packageOf, sourceFiles } from './source-files.ts';
import type { Import } from './source-files.ts';

const DOMAIN = ['definitions', 'stores', 'meters', 'pipeline', 'runs', 'usage', 'security'];
const ADAPTERS = ['src/data-plane/duckdb', 'src/data-plane/local', 'src/control-plane/sqlite'];
/** Shared by everything: they import nothing but each other. */
const BASICS = ['src/disk-errors.ts', 'src/errors.ts', 'src/clock.ts', 'src/log.ts', 'src/package-root.ts'];
/** The files that put a server together; only they see adapters. */
const COMPOSITION = [
  'src/main.ts',
  'src/run-server.ts',
  'src/server.ts',
  'src/open-services.ts',
  'src/open-meters.ts',
];

const server = sourceFiles('src');
const console = sourceFiles('console');
const imports = server.flatMap(importsOf);

const under = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
const isDomain = (path: string) => DOMAIN.some((folder) => under(`src/${folder}`)(path));
const isAdapter = (path: string) => ADAPTERS.some((folder) => under(folder)(path));
const isPort = (path: string) => /^src\/(?:data|control)-plane\//u.test(path) && !isAdapter(path);
const isBasic = (path: string) => BASICS.includes(path);

/** The imports from some files to what they may not see, as lines to read. */
function wrong(
  from: (path: string) => boolean,
  allowed: (to: string, one: Import) => boolean,
  among: readonly Import[] = imports,
): string[] {
  return among
    .filter((one) => from(one.from) && !allowed(one.to, one))
    .map((one) => `${one.from} imports ${one.to}`);
}

const packages =
  (...names: string[]) =>
  (to: string, { isPackage }: Import) =>
    !isPackage || !names.includes(packageOf(to));

describe('what this test reads', () => {
  it('finds every form of import', () => {
    const text = [
      "import a from './a.ts';",
      "import type {\n  B,\n  C,\n} from '../b.ts';",
      "export * from './c.ts';",
      "import './d.css';",
      "import hono, { type Hono } from 'hono';",
      "const e = await import('./e.ts');",
      "// import f from './f.ts';",
      "const from = 'import';",
    ].join('\n');
    const found = importsOf({ path: 'src/x/y.ts', text }).map(({ to }) => to);
    expect(found).toEqual(['src/x/a.ts', 'src/b.ts', 'src/x/c.ts', 'src/x/d.css', 'hono', 'src/x/e.ts']);
  });

  it('is the whole source', () => {
    expect(server.length).toBeGreaterThan(150);
    expect(imports.length).toBeGreaterThan(600);
    for (const folder of [...DOMAIN.map((name) => `src/${name}`), ...ADAPTERS, 'src/http', 'src/cli']) {
      expect(server.filter(({ path }) => under(folder)(path)).length, folder).toBeGreaterThan(0);
    }
    const relative = imports.filter(({ isPackage }) => !isPackage);
    const known = new Set(server.map(({ path }) => path));
    expect(relative.filter(({ to }) => !known.has(to))).toEqual([]);
  });
});

describe('domain code', () => {
  it('imports domain code, ports and basics only', () => {
    const allowed = (to: string, { isPackage }: Import) =>
      isPackage || isDomain(to) || isPort(to) || isBasic(to);
    expect(wrong(isDomain, allowed)).toEqual([]);
  });

  it('knows no HTTP, no SQL driver, no file system, no process', () => {
    const drivers = ['hono', '@hono/node-server', '@duckdb/node-api', 'libsql', 'kysely'];
    const system = ['node:http', 'node:net', 'node:fs', 'node:os', 'node:process', 'node:child_process'];
    const banned = packages(...drivers, ...system);
    expect(wrong(isDomain, banned)).toEqual([]);
    expect(wrong(isPort, banned)).toEqual([]);
  });
});

describe('ports and adapters', () => {
  it('a port sees no adapter', () => {
    expect(wrong(isPort, (to, { isPackage }) => isPackage || !isAdapter(to))).toEqual([]);
  });

  it('an adapter sees ports, the nouns of the domain and basics, but no other adapter and no server', () => {
    for (const adapter of ADAPTERS) {
      const allowed = (to: string, { isPackage }: Import) =>
        isPackage || under(adapter)(to) || isPort(to) || isDomain(to) || isBasic(to);
      expect(wrong(under(adapter), allowed), adapter).toEqual([]);
    }
  });

  it('an adapter sees no service of the domain', () => {
    const isService = (to: string) => /\/(?:service|catalogue|backfills|imports|files)\.ts$/u.test(to);
    expect(wrong(isAdapter, (to) => !isService(to))).toEqual([]);
  });

  it('only the composition sees adapters', () => {
    const outside = (path: string) => !isAdapter(path) && !COMPOSITION.includes(path);
    expect(wrong(outside, (to, { isPackage }) => isPackage || !isAdapter(to))).toEqual([]);
  });

  it('each engine is known in one folder', () => {
    const elsewhere = (folder: string) => (path: string) => !under(folder)(path);
    expect(wrong(elsewhere('src/data-plane/duckdb'), packages('@duckdb/node-api'))).toEqual([]);
    expect(wrong(elsewhere('src/control-plane/sqlite'), packages('libsql', 'kysely'))).toEqual([]);
    expect(wrong(elsewhere('src/http'), packages('@hono/node-server'))).toEqual([]);
  });
});

describe('the outside', () => {
  it('http is not known further in', () => {
    const inner = (path: string) => !under('src/http')(path) && !COMPOSITION.includes(path);
    expect(wrong(inner, (to, { isPackage }) => isPackage || !under('src/http')(to))).toEqual([]);
  });

  it('the command line speaks HTTP; only start and demo run a server', () => {
    const cli = under('src/cli');
    const runsServer = (path: string) => ['src/cli/start.ts', 'src/cli/demo/host.ts'].includes(path);
    const allowed = (to: string, one: Import) =>
      one.isPackage ||
      cli(to) ||
      isBasic(to) ||
      (runsServer(one.from) && ['src/config.ts', 'src/server.ts', 'src/run-server.ts'].includes(to));
    expect(wrong(cli, allowed)).toEqual([]);
  });

  it('the console knows the contract only', () => {
    expect(console.length).toBeGreaterThan(50);
    const among = console.flatMap(importsOf);
    expect(among.length).toBeGreaterThan(200);
    const allowed = (to: string, { isPackage }: Import) =>
      isPackage ? !to.startsWith('node:') : under('console')(to);
    const browser = (path: string) => under('console/src')(path);
    expect(wrong(browser, allowed, among)).toEqual([]);
  });
});

describe('every source file', () => {
  it('is an entry, or something imports it', () => {
    const entries = new Set(['src/main.ts', 'src/cli/weir.ts', 'console/src/main.tsx']);
    // A worker thread is started by its address.
    entries.add('src/data-plane/duckdb/door/door-worker.ts');
    // The page of the API documentation loads its script by an address.
    entries.add('src/http/docs-page/docs.js');
    const files = [...server, ...sourceFiles('console/src')];
    const all = files.flatMap(importsOf).filter(({ isPackage }) => !isPackage);
    const imported = new Set(all.map(({ to }) => to));
    const bare = (path: string) => path.replace(/\.tsx?$/u, '');
    const isImported = (path: string) => imported.has(path) || imported.has(bare(path));
    expect(files.map(({ path }) => path).filter((path) => !entries.has(path) && !isImported(path))).toEqual(
      [],
    );
  });
});
