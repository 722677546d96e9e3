const SAMPLE_BYTES_MAX = 256 * 1024;

export interface Sample {
  readonly body: Blob | string;
  readonly contentType: string;
}

/** The beginning of a file as a sample: whole lines only, and the content type that its name or text tells. */
export async function sampleOf(file: File): Promise<Sample> {
  const contentType = contentTypeOf(file.name, await file.slice(0, 1).text());
  // A JSON document or an Avro file cannot be cut; the lines of the others can.
  const isWhole = contentType === 'application/json' || contentType === 'application/avro';
  if (isWhole || file.size <= SAMPLE_BYTES_MAX) return { body: file, contentType };
  const head = await file.slice(0, SAMPLE_BYTES_MAX).text();
  return { body: head.slice(0, head.lastIndexOf('\n') + 1), contentType };
}

/** What a file of events holds, by its name, or by how its text begins. */
export function contentTypeOf(name: string, firstCharacter: string): string {
  if (/\.(ndjson|jsonl)$/i.test(name)) return 'application/x-ndjson';
  if (/\.json$/i.test(name)) return 'application/json';
  if (/\.avro$/i.test(name)) return 'application/avro';
  if (/\.(csv|txt)$/i.test(name)) return 'text/csv';
  if (firstCharacter === '[') return 'application/json';
  return firstCharacter === '{' ? 'application/x-ndjson' : 'text/csv';
}
