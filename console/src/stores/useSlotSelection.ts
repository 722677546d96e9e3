import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Slot } from './slots.ts';

interface Marked {
  readonly anchor: number;
  readonly head: number;
}

/**
 * Selecting a frame of a histogram. By pointer: press, drag, release. By keyboard: the arrows move a cursor,
 * with Shift they mark from where it was, Enter selects what is marked (or the one slot), Escape gives up.
 */
export function useSlotSelection(
  slots: readonly Slot[],
  indexAt: (pixel: number) => number,
  onSelect: (from: number, to: number) => void,
) {
  const [marked, setMarked] = useState<Marked>();
  const [cursor, setCursor] = useState<number>();

  const range = marked && {
    first: Math.min(marked.anchor, marked.head),
    last: Math.max(marked.anchor, marked.head),
  };
  const clear = () => {
    setMarked(undefined);
    setCursor(undefined);
  };
  const select = (first: number, last: number) => {
    const [from, to] = [slots[first]?.from, slots[last]?.to];
    clear();
    if (from !== undefined && to !== undefined) onSelect(from, to);
  };

  const onPointerDown = (event: PointerEvent<SVGSVGElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const index = indexAt(event.nativeEvent.offsetX);
    setCursor(undefined);
    setMarked({ anchor: index, head: index });
  };
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const head = indexAt(event.nativeEvent.offsetX);
    setMarked((before) => before && { ...before, head });
  };
  const onPointerUp = () => range && select(range.first, range.last);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return clear();
    if (event.key === 'Enter') {
      if (cursor === undefined) return;
      return select(range?.first ?? cursor, range?.last ?? cursor);
    }
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const head = Math.min(slots.length - 1, Math.max(0, cursor === undefined ? 0 : cursor + step));
    setCursor(head);
    setMarked(event.shiftKey ? { anchor: marked?.anchor ?? cursor ?? head, head } : undefined);
  };

  return {
    range,
    cursor,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: clear, onKeyDown, onBlur: clear },
  };
}
