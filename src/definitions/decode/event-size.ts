// Owns the limit on one event and the words for it.

/** Whether the text is longer than so many bytes of UTF-8. */
export function exceedsBytes(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  // A UTF-16 unit takes at most three bytes.
  return text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax;
}

export const TOO_LARGE = 'EVENT_TOO_LARGE';

export const tooLargeMessage = (bytesMax: number): string => `The event is longer than ${bytesMax} bytes.`;

/** Characters kept of the input of a rejected event. */
export const INPUT_CHARACTERS_MAX = 4_096;
