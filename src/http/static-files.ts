// Owns files served as they are: the console and the documentation page. No path of a caller opens a file:
// only what was found when the folder was listed is served.
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { extname, join, relative, sep } from 'node:path';
import type { Hono } from 'hono';
import { compress } from 'hono/compress';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Everything from this server, nothing inline that runs, no frames. Styles may be inline (charts, canvas). */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Vite names what it builds by content, so that may be kept for ever; the rest is asked for again. */
const cacheControl = (path: string): string =>
  path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache';

function fileResponse(path: string): Response {
  const type = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream';
  const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  return new Response(bytes, {
    headers: {
      'content-type': type,
      'content-length': String(statSync(path).size),
      'cache-control': cacheControl(path),
      'content-security-policy': CONTENT_SECURITY_POLICY,
    },
  });
}

/** Serves the files below `folder` under `prefix`; `index.html` also at the prefix itself. */
export function serveFolder(app: Hono, prefix: string, folder: string): void {
  if (!existsSync(folder)) return;
  for (const path of filesBelow(folder)) {
    const url = `${prefix}/${relative(folder, path).split(sep).join('/')}`;
    app.get(url, compress(), () => fileResponse(path));
    if (url === `${prefix}/index.html`) {
      app.get(prefix === '' ? '/' : prefix, compress(), () => fileResponse(path));
    }
  }
}

/** The console finds its own way: a page address that is no file and no call gets its index. */
export function consolePage(folder: string): (request: Request) => Response | undefined {
  const index = join(folder, 'index.html');
  const built = existsSync(index);
  return (request) => {
    const isPage =
      request.method === 'GET' && (request.headers.get('accept')?.includes('text/html') ?? false);
    return built && isPage && !new URL(request.url).pathname.startsWith('/v1/')
      ? fileResponse(index)
      : undefined;
  };
}
