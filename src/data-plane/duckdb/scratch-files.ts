// Owns the short-lived files of the data plane: load files and exports. The directory is emptied at start.
import { closeSync, openSync, rmSync, writevSync } from 'node:fs';
import { join } from 'node:path';

let made = 0;

/** A path in the directory that no other piece of work uses. */
export function scratchPath(directory: string, extension: string): string {
  made += 1;
  return join(directory, `${process.pid}-${made}.${extension}`);
}

/**
 * Writes a small file (a group commit, at most some 8 MB) into the page cache. Synchronous on purpose: 0.1 us
 * per row against 3.5 us with `fs.promises`, whose thread-pool turns queue behind the engine's statements.
 */
export function writeSmallFile(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, 'wx');
  try {
    let rest = [...parts];
    while (rest.length > 0) rest = unwritten(rest, writevSync(file, rest));
  } finally {
    closeSync(file);
  }
}

/** What a call that wrote `written` bytes has left: files may take less than they are given. */
export function unwritten(parts: readonly Uint8Array[], written: number): Uint8Array[] {
  let offset = written;
  let index = 0;
  while (index < parts.length && offset >= parts[index]!.length) offset -= parts[index++]!.length;
  const rest = parts.slice(index);
  return offset === 0 ? rest : [rest[0]!.subarray(offset), ...rest.slice(1)];
}

/** Removes a file that may be gone already. */
export const removeFile = (path: string): void => rmSync(path, { force: true });
