// Owns reading of request bodies: content type, gzip, size limits counted while streaming, JSON.
import { createGunzip } from 'node:zlib';
import { Readable, pipeline } from 'node:stream';
import { WeirError } from '../errors.ts';
import type { BodySource } from './body-source.ts';

/** The limit of a JSON body unless its endpoint says otherwise. */
export const JSON_BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Deeper JSON is refused before anything walks it recursively. */
export const JSON_DEPTH_MAX = 128;

/** A body that its handler reads as a stream. `bytesMax` counts the bytes after unpacking gzip. */
export interface RawBody {
  readonly kind: 'raw';
  readonly contentTypes: readonly string[];
  readonly bytesMax: number;
  readonly description?: string;
}

/** Declares a raw body; `contentTypes` without parameters, or the wildcard for any type. */
export const rawBody = (options: Omit<RawBody, 'kind'>): RawBody => ({ kind: 'raw', ...options });

/** What the handler of a raw body gets; the bytes can be read once. */
export interface IncomingBody {
  /** Media type in lower case, without parameters. */
  readonly contentType: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export const mediaTypeOf = (header: string | undefined): string =>
  (header ?? '').split(';', 1)[0]!.trim().toLowerCase();

const tooLarge = (bytesMax: number): WeirError =>
  new WeirError('too-large', 'BODY_TOO_LARGE', `The body has more than ${bytesMax} bytes.`);

/** The same bytes; throws BODY_TOO_LARGE behind so many of them. */
export async function* limited(
  source: AsyncIterable<Uint8Array>,
  bytesMax: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    yield chunk;
  }
}

/** Unpacks with back pressure; what is not gzip, or ends early, is `BODY_MALFORMED`. */
async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip();
  let failure: unknown;
  pipeline(Readable.from(source), unpacked, (error) => {
    failure = error;
  });
  try {
    yield* unpacked as AsyncIterable<Uint8Array>;
  } catch (error) {
    const cause = failure ?? error;
    if (cause instanceof WeirError) throw cause;
    throw new WeirError('malformed', 'BODY_MALFORMED', 'The body is not valid gzip.', { cause });
  }
}

/** The bytes of a request after unpacking, limited while they stream. */
export function bodyBytes(headers: Headers, source: BodySource, bytesMax: number): AsyncIterable<Uint8Array> {
  const encoding = (headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  if (encoding !== 'gzip' && encoding !== 'identity') {
    const detail = `Content-Encoding '${encoding}' is not read; use gzip.`;
    throw new WeirError('unsupported', 'CONTENT_ENCODING_UNSUPPORTED', detail);
  }
  if (Number(headers.get('content-length') ?? 0) > bytesMax) throw tooLarge(bytesMax);
  // The packed bytes are limited too: a gzip stream may be padded without unpacking to anything.
  const bytes = limited(source, bytesMax);
  return encoding === 'gzip' ? limited(gunzip(bytes), bytesMax) : bytes;
}

/** The raw body of a request whose endpoint takes these types. */
export function incomingBody(headers: Headers, source: BodySource, body: RawBody): IncomingBody {
  const contentType = mediaTypeOf(headers.get('content-type') ?? undefined);
  if (!body.contentTypes.includes('*/*') && !body.contentTypes.includes(contentType)) {
    const types = body.contentTypes.join(', ');
    throw new WeirError(
      'unsupported',
      'CONTENT_TYPE_UNSUPPORTED',
      `Content-Type must be one of ${types}, not '${contentType}'.`,
    );
  }
  return { contentType, bytes: bodyBytes(headers, source, body.bytesMax) };
}

/** All bytes as text; anything but UTF-8 is `BODY_MALFORMED`. A byte order mark is dropped. */
export async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new WeirError('malformed', 'BODY_MALFORMED', 'The body is not UTF-8.', { cause });
  }
}

/** Brackets open at once at most, outside of strings. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, (depth += 1));
    else if (char === '}' || char === ']') depth -= 1;
  }
  return deepest;
}

/** Reads a JSON value; numbers become JavaScript numbers, so events never come through here. */
export async function readJson(bytes: AsyncIterable<Uint8Array>): Promise<unknown> {
  const text = await readText(bytes);
  if (text.trim() === '') return undefined;
  if (depthOf(text) > JSON_DEPTH_MAX) {
    throw new WeirError(
      'malformed',
      'BODY_MALFORMED',
      `The JSON is nested deeper than ${JSON_DEPTH_MAX} levels.`,
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new WeirError('malformed', 'BODY_MALFORMED', `The body is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}
