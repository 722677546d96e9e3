// Owns JSON with its numbers kept exactly. Slower than JSON.parse by a small factor, so only used where
// that would lose digits, and to say where a malformed text is wrong.
import { NumberText } from '../values/numeral.ts';

/** Deeper nesting than this is refused: the parser recurses, and an event has no use for it. */
const DEPTH_MAX = 1_000;

/** Malformed JSON; `position` counts characters from the start of the text that was parsed. */
export class JsonSyntaxError extends SyntaxError {
  readonly reason: string;
  readonly position: number;

  constructor(reason: string, position: number) {
    super(`${reason} at character ${position + 1}`);
    this.reason = reason;
    this.position = position;
  }
}

/** As `Object.prototype`'s accessor would otherwise swallow the key `__proto__`. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

/**
 * What JSON.parse returns, but a number that a JavaScript number may not hold exactly is a NumberText. As
 * there, the last of several equal keys wins. Throws JsonSyntaxError.
 */
export function parseLossless(text: string): unknown {
  return new Parser(text).document();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Up to 15 significant digits survive a double. */
const EXACT_LENGTH = 15;
const LITERALS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value();
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#error('expected the end');
    return value;
  }

  #value(): unknown {
    this.#skipBlanks();
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x22:
        return this.#string();
      case 0x7b:
        return this.#nested(() => this.#object());
      case 0x5b:
        return this.#nested(() => this.#array());
      default:
        return this.#scalar();
    }
  }

  #nested(read: () => unknown): unknown {
    this.#depth++;
    if (this.#depth > DEPTH_MAX) throw this.#error(`nested deeper than ${DEPTH_MAX}`);
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.#takes(0x7d)) return object;
    for (;;) {
      this.#skipBlanks();
      if (this.#text.charCodeAt(this.#at) !== 0x22) throw this.#error('expected a key in double quotes');
      const key = this.#string();
      if (!this.#takes(0x3a)) throw this.#error('expected ":"');
      setOwn(object, key, this.#value());
      if (this.#takes(0x7d)) return object;
      if (!this.#takes(0x2c)) throw this.#error('expected "," or "}"');
    }
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    if (this.#takes(0x5d)) return items;
    for (;;) {
      items.push(this.#value());
      if (this.#takes(0x5d)) return items;
      if (!this.#takes(0x2c)) throw this.#error('expected "," or "]"');
    }
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let escaped = false;
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return escaped ? this.#unescape(start, at + 1) : text.slice(start + 1, at);
      }
      if (code < 0x20) {
        this.#at = at;
        throw this.#error('control character in a string');
      }
      if (code === 0x5c) {
        escaped = true;
        at++;
      }
    }
    throw this.#error('string without an end');
  }

  #unescape(start: number, end: number): string {
    try {
      return JSON.parse(this.#text.slice(start, end)) as string;
    } catch (cause) {
      throw new JsonSyntaxError(`bad escape in the string (${(cause as Error).message})`, start);
    }
  }

  #scalar(): unknown {
    NUMBER.lastIndex = this.#at;
    const literal = NUMBER.exec(this.#text)?.[0];
    if (literal !== undefined) {
      this.#at += literal.length;
      const short = literal.length <= EXACT_LENGTH && !/[eE]/.test(literal);
      return short ? Number(literal) : new NumberText(literal);
    }
    for (const [word, value] of LITERALS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    throw this.#error(this.#at < this.#text.length ? 'expected a value' : 'unexpected end');
  }

  #takes(code: number): boolean {
    this.#skipBlanks();
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #error(reason: string): JsonSyntaxError {
    return new JsonSyntaxError(reason, this.#at);
  }
}
