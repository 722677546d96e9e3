// Owns what a handler can answer besides a plain value: another status, or bytes that stream.
import type { z } from 'zod';

/** Declares an answer that is bytes, not JSON. */
export interface RawAnswer {
  readonly kind: 'raw-answer';
  readonly contentTypes: readonly string[];
  readonly description: string;
}

export const rawAnswer = (contentTypes: readonly string[], description: string): RawAnswer => ({
  kind: 'raw-answer',
  contentTypes,
  description,
});

/** Per status: the schema of the JSON, bytes, or null for no body. The first is what a plain value answers. */
export type Answers = Readonly<Record<number, z.ZodType | RawAnswer | null>>;

export type DeepReadonly<T> = T extends (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

type ValueOf<A> = A extends z.ZodType
  ? DeepReadonly<z.input<A>>
  : A extends RawAnswer
    ? StreamAnswer
    : undefined;

/** What a handler with these answers may return. */
export type AnswerOf<A extends Answers> = ValueOf<A[keyof A]> | Reply<ValueOf<A[keyof A]>>;

/** A value with a status or headers of its own. */
export class Reply<T> {
  readonly status: number;
  readonly value: T;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, value: T, headers: Readonly<Record<string, string>>) {
    this.status = status;
    this.value = value;
    this.headers = headers;
  }
}

export const reply = <T>(
  status: number,
  value: T,
  headers: Readonly<Record<string, string>> = {},
): Reply<T> => new Reply(status, value, headers);

/** Bytes or text that stream; nothing is sent before the first part is there, so that early errors are answers. */
export class StreamAnswer {
  readonly contentType: string;
  readonly parts: AsyncIterable<Uint8Array | string>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    contentType: string,
    parts: AsyncIterable<Uint8Array | string>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.contentType = contentType;
    this.parts = parts;
    this.headers = headers;
  }

  /** The response to a question about the headers only. */
  withoutBody(): Response {
    return new Response(null, { headers: { ...this.headers, 'content-type': this.contentType } });
  }
}

/** A file to save. The name is reduced to what every system takes; RFC 6266 carries the full one. */
export function download(
  fileName: string,
  contentType: string,
  parts: AsyncIterable<Uint8Array | string>,
): StreamAnswer {
  const plain = fileName.replaceAll(/[^\w.-]+/gu, '_').replace(/^\.+/u, '_');
  const encoded = encodeURIComponent(fileName).replaceAll(
    /['()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return new StreamAnswer(contentType, parts, {
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
  });
}

const encoder = new TextEncoder();
const bytesOf = (part: Uint8Array | string): Uint8Array =>
  typeof part === 'string' ? encoder.encode(part) : part;

/** The response of a stream; waits for its first part. A reader that leaves ends the source. */
export async function streamResponse(status: number, answer: StreamAnswer): Promise<Response> {
  const iterator = answer.parts[Symbol.asyncIterator]();
  let next = await iterator.next();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next.done) return controller.close();
      controller.enqueue(bytesOf(next.value));
      next = await iterator.next();
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(body, { status, headers: { ...answer.headers, 'content-type': answer.contentType } });
}
