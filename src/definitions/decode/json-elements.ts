// Owns splitting a JSON body into its events without holding the whole: the elements of the array at the
// top, or the one value that the body is.

export interface ElementSink {
  /** A whole element, not yet parsed; `position` is that of its first character in the body. */
  element(text: string, position: number): void;
  /** An element longer than the limit: what was kept of it. */
  oversize(start: string): void;
  /** Never returns: the body cannot be read. */
  malformed(reason: string, position: number): never;
}

type State = 'start' | 'value' | 'array' | 'done';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const COMMA = 0x2c;

const NOT_BLANK = /[^ \t\r\n]/;

/** Fed with the body's text in pieces, however cut. */
export class JsonElements {
  readonly #sink: ElementSink;
  readonly #charactersMax: number;
  readonly #kept: number;
  #state: State = 'start';
  /** Characters of the body before the present piece. */
  #before = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #count = 0;
  /** What earlier pieces had of the present element, and where in the body it starts. */
  #pending = '';
  #pendingPosition = 0;
  #oversize = false;

  constructor(sink: ElementSink, charactersMax: number, kept: number) {
    this.#sink = sink;
    this.#charactersMax = charactersMax;
    this.#kept = kept;
  }

  push(text: string): void {
    let at = 0;
    if (this.#state === 'start') at = this.#start(text);
    if (this.#state === 'array') at = this.#array(text, at);
    if (this.#state === 'value') this.#keep(text, at, text.length);
    if (this.#state === 'done') this.#onlyBlanks(text, at);
    this.#before += text.length;
  }

  end(): void {
    if (this.#state === 'start') this.#sink.malformed('the body is empty', this.#before);
    if (this.#state === 'array') this.#sink.malformed('the array has no end', this.#before);
    if (this.#state === 'value') this.#flush();
  }

  #start(text: string): number {
    const at = text.search(NOT_BLANK);
    if (at < 0) return text.length;
    this.#state = text.charCodeAt(at) === BRACKET ? 'array' : 'value';
    const start = this.#state === 'array' ? at + 1 : at;
    this.#pendingPosition = this.#before + start;
    return start;
  }

  #array(text: string, from: number): number {
    let start = from;
    for (;;) {
      const at = this.#separator(text, start);
      this.#keep(text, start, at);
      if (at === text.length) return at;
      if (this.#ends(text.charCodeAt(at), at)) return at + 1;
      start = at + 1;
      this.#pendingPosition = this.#before + start;
    }
  }

  /**
   * The place of the comma or bracket that ends the element, or the end of the text; true JSON syntax is the
   * parser's affair. Every character of a body passes here, so the state is held in local variables.
   */
  #separator(text: string, from: number): number {
    const length = text.length;
    let depth = this.#depth;
    let inString = this.#inString;
    let at = from;
    // The escaped character came first in this piece.
    if (this.#escaped && at < length) {
      this.#escaped = false;
      at++;
    }
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (inString) {
        if (code === QUOTE) inString = false;
        else if (code === BACKSLASH) at++;
      } else if (code === QUOTE) {
        inString = true;
      } else if (code === BRACE || code === BRACKET) {
        depth++;
      } else if (code === BRACE_END || code === BRACKET_END || code === COMMA) {
        if (depth === 0) break;
        if (code !== COMMA) depth--;
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = at > length;
    return Math.min(at, length);
  }

  /** Ends an element; true when it was the array's last. */
  #ends(code: number, at: number): boolean {
    if (code === BRACE_END) this.#unbalanced(at);
    const last = code === BRACKET_END;
    if (last) this.#state = 'done';
    const nothing = !this.#oversize && !NOT_BLANK.test(this.#pending);
    if (nothing && last && this.#count === 0) return true;
    if (nothing) this.#sink.malformed('expected a value', this.#before + at);
    this.#flush();
    this.#count++;
    return last;
  }

  /** A brace too many. The parser says where the element went wrong, if the element is still there. */
  #unbalanced(at: number): never {
    this.#keep('}', 0, 1);
    if (!this.#oversize) this.#flush();
    this.#sink.malformed('expected "," or "]"', this.#before + at);
  }

  #keep(text: string, start: number, end: number): void {
    if (start === end || this.#oversize) return;
    const part = text.slice(start, end);
    this.#pending = this.#pending === '' ? part : this.#pending + part;
    if (this.#pending.length <= this.#charactersMax) return;
    this.#oversize = true;
    this.#pending = this.#pending.slice(0, this.#kept);
  }

  #flush(): void {
    const text = this.#pending;
    const oversize = this.#oversize;
    this.#pending = '';
    this.#oversize = false;
    if (oversize) this.#sink.oversize(text);
    else this.#sink.element(text, this.#pendingPosition);
  }

  #onlyBlanks(text: string, from: number): void {
    const rest = text.slice(from).search(NOT_BLANK);
    if (rest >= 0) this.#sink.malformed('text after the end', this.#before + from + rest);
  }
}
