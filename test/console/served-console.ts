// The console as a browser meets it: built, served under its content security policy, on a real server.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { consolePage, serveFolder } from '../../src/http/static-files.ts';
import { packageRoot } from '../../src/package-root.ts';
import { openApi } from '../api.ts';
import type { Api } from '../api.ts';
import { removeDirectory } from '../server.ts';

export interface ServedConsole {
  readonly api: Api;
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the console into a folder of its own, so that no other test's build is disturbed. */
export async function serveConsole(): Promise<ServedConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-console-'));
  const vite = join(packageRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', 'console', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
  execFileSync(process.execPath, args, { cwd: packageRoot, stdio: 'pipe' });

  const api = await openApi();
  const app = new Hono();
  app.all('/v1/*', (context) => api.weir.server.app.fetch(context.req.raw));
  serveFolder(app, '', folder);
  const page = consolePage(folder);
  app.notFound((context) => page(context.req.raw) ?? context.body(null, 404));

  const socket = createServer((request, response) => void getRequestListener(app.fetch)(request, response));
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve));
  return {
    api,
    url: `http://127.0.0.1:${(socket.address() as AddressInfo).port}`,
    async close() {
      socket.closeAllConnections();
      await new Promise((resolve) => socket.close(resolve));
      await api.close();
      removeDirectory(api.weir.dataDir);
      removeDirectory(folder);
    },
  };
}
