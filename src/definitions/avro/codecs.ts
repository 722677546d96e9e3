// Owns unpacking the blocks of an Avro file, never into more than they may have.
import { constants, crc32, inflateRawSync } from 'node:zlib';
import { WeirError } from '../../errors.ts';
import { unpackSnappy } from './snappy.ts';

/** Of one block, packed and unpacked. Writers make blocks of 16 KB to some megabytes. */
export const BLOCK_BYTES_MAX = 64 * 1024 * 1024;

/** Unpacks a block; throws a RangeError where it grows beyond the limit, another Error where it is broken. */
export type Codec = (packed: Buffer) => Buffer;

const CHECKSUM_BYTES = 4;

const CODECS: Readonly<Record<string, Codec>> = {
  null: (packed) => packed,
  deflate: (packed) =>
    inflateRawSync(packed, { maxOutputLength: BLOCK_BYTES_MAX, finishFlush: constants.Z_FINISH }),
  snappy: (packed) => {
    const end = packed.length - CHECKSUM_BYTES;
    if (end < 0) throw new Error('the block has no checksum');
    const unpacked = unpackSnappy(packed.subarray(0, end), BLOCK_BYTES_MAX);
    if (crc32(unpacked) !== packed.readUInt32BE(end)) throw new Error('the checksum of the block is another');
    return unpacked;
  },
};

/** The codec of this name; throws AVRO_CODEC_UNSUPPORTED. */
export function codecOf(name: string): Codec {
  const codec = Object.hasOwn(CODECS, name) ? CODECS[name] : undefined;
  if (codec) return codec;
  const known = Object.keys(CODECS).join(', ');
  const detail = `The blocks of the file are packed by '${name}'; read are ${known}.`;
  throw new WeirError('unsupported', 'AVRO_CODEC_UNSUPPORTED', detail);
}
