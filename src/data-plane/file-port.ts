// Owns what the data plane promises about files: bytes under an id that the server made.

export interface FilePort {
  /** Streams the bytes in; synced when it resolves, and not there at all if it fails. */
  write(id: string, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly bytes: number }>;
  read(id: string): AsyncIterable<Uint8Array>;
  /** The bytes, unpacked if they are gzip (told by their first two bytes). Throws BODY_GZIP_INVALID. */
  readUnpacked(id: string): AsyncIterable<Uint8Array>;
  /** Idempotent. */
  remove(id: string): Promise<void>;
  /** Ids of all files that are there. */
  list(): Promise<readonly string[]>;
}
