// Owns what a CloudEvent 1.0 in structured mode must be before its data is an event.
import type { Problem } from '../../errors.ts';
import { jsonPointer } from '../json-pointer.ts';
import { NumberText } from '../values/numeral.ts';
import type { RawEvent } from './event-sink.ts';

const SPEC_VERSION = '1.0';
/** Attributes that every CloudEvent has, as texts that are not empty. */
const REQUIRED = ['id', 'source', 'type'] as const;
const OPTIONAL_TEXTS = ['subject', 'time', 'datacontenttype', 'dataschema'] as const;
const NO_ATTRIBUTES: ReadonlySet<string> = new Set(['specversion', 'data', 'data_base64']);
const KNOWN: ReadonlySet<string> = new Set([...REQUIRED, ...OPTIONAL_TEXTS, ...NO_ATTRIBUTES]);

/** Extension attributes are named so; anything else beside `data` is a mistake, such as a field of the event. */
const ATTRIBUTE_NAME = /^[a-z\d]+$/;
const JSON_TYPE = /^(?:application|text)\/(?:[\w.+-]+\+)?json$/i;

/**
 * Everything that is wrong with the envelope, with pointers into it. Extension attributes are allowed and
 * mean nothing to a store, as long as they are scalars with names of the specification.
 */
export function cloudEventProblems(envelope: RawEvent): Problem[] {
  return [
    ...versionProblems(envelope),
    ...REQUIRED.flatMap((name) => textProblems(name, envelope[name], true)),
    ...OPTIONAL_TEXTS.flatMap((name) => textProblems(name, envelope[name], false)),
    ...Object.keys(envelope).flatMap((name) => extensionProblems(name, envelope[name])),
    ...dataProblems(envelope),
  ];
}

function problem(message: string, ...at: readonly string[]): Problem[] {
  return [{ pointer: jsonPointer(...at), code: 'EVENT_INVALID', message }];
}

function versionProblems({ specversion }: RawEvent): Problem[] {
  if (specversion === SPEC_VERSION) return [];
  const found = specversion === undefined ? 'is missing' : `is ${JSON.stringify(specversion)}`;
  return problem(`The specversion of a CloudEvent ${found}; read is "${SPEC_VERSION}".`, 'specversion');
}

function textProblems(name: string, value: unknown, required: boolean): Problem[] {
  if (value === undefined || value === null) {
    return required ? problem(`A CloudEvent has the attribute ${name}.`, name) : [];
  }
  const isText = typeof value === 'string' && value !== '';
  return isText ? [] : problem(`Attribute ${name} of a CloudEvent is a text that is not empty.`, name);
}

function extensionProblems(name: string, value: unknown): Problem[] {
  if (KNOWN.has(name)) return [];
  if (!ATTRIBUTE_NAME.test(name)) {
    const rule = 'an attribute is named in lower-case letters and digits; fields of the event stand in data';
    return problem(`"${name}" is no attribute of a CloudEvent: ${rule}.`, name);
  }
  const isScalar = typeof value !== 'object' || value === null || value instanceof NumberText;
  if (isScalar) return [];
  return problem(`Extension attribute ${name} of a CloudEvent is a text, a number or a boolean.`, name);
}

function dataProblems({ data, data_base64: binary, datacontenttype: contentType }: RawEvent): Problem[] {
  const problems: Problem[] = [];
  if (binary !== undefined && binary !== null) {
    problems.push(...problem('Binary data is not read; send the fields as JSON in data.', 'data_base64'));
  }
  if (typeof contentType === 'string' && !JSON_TYPE.test(contentType.split(';', 1)[0]?.trim() ?? '')) {
    const message = `Data of type "${contentType}" is not read; it must be JSON.`;
    problems.push(...problem(message, 'datacontenttype'));
  }
  if (data !== undefined && data !== null && !isObject(data)) {
    problems.push(...problem('The data of a CloudEvent is a JSON object of fields.', 'data'));
  }
  return problems;
}

/** The fields of a CloudEvent; none where it has no data, or data that holds none. */
export const dataOf = (envelope: RawEvent): RawEvent => {
  const data = Object.hasOwn(envelope, 'data') ? envelope['data'] : undefined;
  return isObject(data) ? data : {};
};

const isObject = (value: unknown): value is RawEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
