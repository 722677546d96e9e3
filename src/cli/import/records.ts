// Owns cutting a file of lines into records, with the line on which each begins. Works on bytes and knows
// only line ends and CSV's quotes: reading what a record says is the server's.
import { CliError } from '../cli-error.ts';
import { BYTE_ORDER_MARK } from './source-file.ts';

export interface FileRecord {
  /** As in the file, with its line end. */
  readonly bytes: Buffer;
  /** Line of the file on which it begins; the first is 1. */
  readonly line: number;
  /** Holds nothing but a line end. */
  readonly blank: boolean;
}

const record_bytes_max = 16 * 1024 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;

type State = 'field-start' | 'plain' | 'quoted' | 'quote-in-quoted';

/**
 * The records of a file, grouped by the chunks they came in. In CSV a line end inside quotes does not end
 * the record; in NDJSON (`csv` false) every line end does.
 */
export async function* recordsOf(
  chunks: AsyncIterable<Buffer>,
  csv: boolean,
): AsyncGenerator<readonly FileRecord[]> {
  const splitter = new Splitter(csv);
  let first = true;
  for await (const chunk of chunks) {
    const marked = first && chunk.subarray(0, 3).equals(BYTE_ORDER_MARK);
    first = false;
    yield splitter.push(marked ? chunk.subarray(3) : chunk);
  }
  yield splitter.end();
}

class Splitter {
  private readonly csv: boolean;
  private state: State = 'field-start';
  /** The line being read, and the one on which the current record began. */
  private line = 1;
  private recordLine = 1;
  /** Earlier chunks of a record that is not finished. */
  private pending: Buffer[] = [];
  private pendingBytes = 0;

  constructor(csv: boolean) {
    this.csv = csv;
  }

  push(chunk: Buffer): FileRecord[] {
    const records: FileRecord[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === NEWLINE) {
        this.line += 1;
        if (this.state === 'quoted') continue;
        records.push(this.record(chunk.subarray(start, at + 1)));
        start = at + 1;
      } else if (this.csv) {
        this.state = nextState(this.state, byte);
      }
    }
    this.keep(chunk.subarray(start));
    return records;
  }

  end(): FileRecord[] {
    if (this.state === 'quoted') {
      throw new CliError(`the quote opened in the record of line ${this.recordLine} is never closed`);
    }
    return this.pendingBytes === 0 ? [] : [this.record(Buffer.alloc(0))];
  }

  private record(tail: Buffer): FileRecord {
    const bytes = this.pending.length === 0 ? tail : Buffer.concat([...this.pending, tail]);
    const record = { bytes, line: this.recordLine, blank: isBlank(bytes) };
    this.pending = [];
    this.pendingBytes = 0;
    this.recordLine = this.line;
    this.state = 'field-start';
    return record;
  }

  private keep(rest: Buffer): void {
    if (rest.length === 0) return;
    this.pending.push(rest);
    this.pendingBytes += rest.length;
    if (this.pendingBytes > record_bytes_max) {
      throw new CliError(
        `the record of line ${this.recordLine} is longer than ${record_bytes_max} bytes` +
          (this.state === 'quoted' ? '; its quote is probably never closed' : ''),
      );
    }
  }
}

/** A quote opens a quoted cell only where a cell begins; inside, two quotes stand for one. */
function nextState(state: State, byte: number | undefined): State {
  if (state === 'quoted') return byte === QUOTE ? 'quote-in-quoted' : 'quoted';
  if (byte === COMMA) return 'field-start';
  if (byte === QUOTE && state !== 'plain') return 'quoted';
  return 'plain';
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length <= 2 && bytes.every((byte) => byte === NEWLINE || byte === RETURN);
}
