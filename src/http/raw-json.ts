// Owns JSON text inside of answers: a json value of an event leaves as it is kept, digit for digit.
import { randomUUID } from 'node:crypto';

/** JSON text that becomes part of an answer unchanged. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** `JSON.stringify`, with every `RawJson` written as its text. */
export function toJson(value: unknown): string {
  const texts: string[] = [];
  // Nobody can have written this mark into a value: it is made for this one answer.
  const mark = randomUUID();
  const json = JSON.stringify(value, (_key, member: unknown) =>
    member instanceof RawJson ? `${mark}:${texts.push(member.text) - 1}` : member,
  );
  if (texts.length === 0) return json;
  return json.replaceAll(new RegExp(`"${mark}:(\\d+)"`, 'gu'), (_all, at: string) => texts[Number(at)]!);
}
