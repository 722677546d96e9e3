// Owns opening a local file: unzipped where its first bytes say so, its format known by its first bytes.
import { createReadStream, type ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { createGunzip, type Gunzip } from 'node:zlib';
import { CliError } from '../cli-error.ts';

export const FILE_FORMATS = ['csv', 'ndjson', 'json', 'xml', 'avro', 'parquet'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export interface SourceFile {
  readonly path: string;
  /** The last part of the path: what `$file` will hold. */
  readonly name: string;
  readonly format: FileFormat;
  readonly sizeBytes: number;
  /** Bytes read from disk so far (packed, if the file is), for the progress. */
  bytesRead(): number;
  /** The unpacked content; may be called again, to read the file from its start. */
  chunks(): AsyncGenerator<Buffer>;
}

const sample_bytes = 4_096;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const PARQUET_MAGIC = Buffer.from('PAR1');
const AVRO_MAGIC = Buffer.from('Obj\x01');
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Opens the file; `format` overrides what its first bytes say. */
export async function openSourceFile(path: string, format?: FileFormat): Promise<SourceFile> {
  const { sizeBytes, head } = await headOf(path);
  const packed = head.subarray(0, 2).equals(GZIP_MAGIC);
  let bytesRead = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    bytesRead = 0;
    const file = createReadStream(path, { highWaterMark: 256 * 1024 });
    file.on('data', (chunk) => (bytesRead += chunk.length));
    try {
      for await (const chunk of packed ? unpacked(file) : file) yield chunk as Buffer;
    } catch (error) {
      throw new CliError(`${path} cannot be read to its end: ${messageOf(error)}`, { cause: error });
    } finally {
      file.destroy();
    }
  }
  return {
    path,
    name: basename(path).replace(packed ? /\.gz$/ : /$^/, ''),
    sizeBytes,
    format: format ?? formatOf(packed ? await firstOf(chunks()) : head),
    bytesRead: () => bytesRead,
    chunks,
  };
}

/** What the first bytes say: the mark of Parquet or Avro, then the first sign that is no white space. */
export function formatOf(head: Buffer): FileFormat {
  if (head.subarray(0, PARQUET_MAGIC.length).equals(PARQUET_MAGIC)) return 'parquet';
  if (head.subarray(0, AVRO_MAGIC.length).equals(AVRO_MAGIC)) return 'avro';
  const start = head.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const first = /\S/.exec(head.toString('latin1', start))?.[0];
  if (first === '{') return 'ndjson';
  if (first === '[') return 'json';
  return first === '<' ? 'xml' : 'csv';
}

function unpacked(file: ReadStream): Gunzip {
  const gunzip = createGunzip();
  // `pipe` does not hand on errors, and the reader must see that the file broke.
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

async function headOf(path: string): Promise<{ sizeBytes: number; head: Buffer }> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(sample_bytes), 0, sample_bytes, 0);
      return { sizeBytes: (await file.stat()).size, head: buffer.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function firstOf(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  for await (const chunk of chunks) return chunk;
  return Buffer.alloc(0);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
