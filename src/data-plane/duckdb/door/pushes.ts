// Owns cutting a body into the parts that the door works on at once.
import type { Ticket } from '../intake.ts';

/** About 1,500 events, some 15 ms of work, so that bodies take turns. */
export const PUSH_BYTES = 384 * 1024;

/** A part of a body, in memory of its own. */
export interface Push {
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

/**
 * The body in parts of at most PUSH_BYTES. The last one is marked, and may be the only and an empty one. What is
 * read is held by the ticket, for the caller to let go.
 */
export async function* inPushes(
  chunks: AsyncIterable<Uint8Array>,
  ticket: Ticket,
): AsyncGenerator<Push, void, undefined> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PUSH_BYTES) {
      const piece = chunk.subarray(at, at + PUSH_BYTES);
      if (size + piece.length > PUSH_BYTES) {
        yield { bytes: joined(pieces, size), last: false };
        pieces = [];
        size = 0;
      }
      pieces.push(piece);
      ticket.hold(piece.length);
      size += piece.length;
    }
  }
  yield { bytes: joined(pieces, size), last: true };
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
