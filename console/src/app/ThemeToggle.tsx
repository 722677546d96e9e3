import { Monitor, Moon, Sun } from 'lucide-react';
import { setTheme, THEMES, useTheme, type Theme } from '../settings/theme.ts';
import { IconButton } from '../ui/IconButton.tsx';

const ICONS: Record<Theme, typeof Sun> = { system: Monitor, light: Sun, dark: Moon };
const NAMES: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

export function ThemeToggle() {
  const theme = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const Icon = ICONS[theme];
  return (
    <IconButton label={`Colours: ${NAMES[theme]}. Change to ${NAMES[next]}`} onClick={() => setTheme(next)}>
      <Icon className="size-4" />
    </IconButton>
  );
}
