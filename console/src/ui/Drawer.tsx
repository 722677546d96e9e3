import { Overlay, type OverlayProps } from './Overlay.tsx';

/** Details of one row, at the right edge. Mounted means open. */
export function Drawer(props: OverlayProps) {
  return <Overlay {...props} shape="inset-y-0 right-0 w-full max-w-2xl border-l" />;
}
