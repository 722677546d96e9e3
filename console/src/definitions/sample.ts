const SAMPLE_BYTES_MAX = 256 * 1024;

export interface Sample {
  readonly text: string;
  readonly contentType: string;
}

/** The beginning of a file as a sample: whole lines only, and the content type that its name or text tells. */
export async function sampleOf(file: File): Promise<Sample> {
  const contentType = contentTypeOf(file.name, await file.slice(0, 1).text());
  // A JSON document cannot be cut; the lines of the others can.
  if (contentType === 'application/json' || file.size <= SAMPLE_BYTES_MAX) {
    return { text: await file.text(), contentType };
  }
  const head = await file.slice(0, SAMPLE_BYTES_MAX).text();
  return { text: head.slice(0, head.lastIndexOf('\n') + 1), contentType };
}

function contentTypeOf(name: string, firstCharacter: string): string {
  if (/\.(ndjson|jsonl)$/i.test(name)) return 'application/x-ndjson';
  if (/\.json$/i.test(name)) return 'application/json';
  if (/\.(csv|txt)$/i.test(name)) return 'text/csv';
  if (firstCharacter === '[') return 'application/json';
  return firstCharacter === '{' ? 'application/x-ndjson' : 'text/csv';
}
