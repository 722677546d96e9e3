import { Overlay, type OverlayProps } from './Overlay.tsx';

const WIDTHS = { narrow: 'max-w-lg', wide: 'max-w-3xl' } as const;

/** A question in the middle of the page. Mounted means open. */
export function Dialog({
  width = 'narrow',
  ...rest
}: OverlayProps & { readonly width?: keyof typeof WIDTHS }) {
  return (
    <Overlay
      {...rest}
      shape={`top-[8vh] left-1/2 max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 rounded-lg border ${WIDTHS[width]}`}
    />
  );
}
