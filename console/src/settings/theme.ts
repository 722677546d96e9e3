import { stored, useStored } from './stored.ts';

/** `system` follows the browser; public/theme.js applies the same choice before the first paint. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const theme = stored('theme', 'system');

export function useTheme(): Theme {
  const value = useStored(theme);
  return THEMES.find((known) => known === value) ?? 'system';
}

export function setTheme(next: Theme): void {
  theme.set(next);
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
}
