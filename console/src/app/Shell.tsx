import { Link, Outlet } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { signOut } from '../api/session.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { Mark } from './Mark.tsx';
import { ThemeToggle } from './ThemeToggle.tsx';
import { ZoneSelect } from './ZoneSelect.tsx';

const PLACES = [
  { to: '/stores', label: 'Event stores' },
  { to: '/definitions', label: 'Definitions' },
  { to: '/meters', label: 'Meters' },
  { to: '/runs', label: 'Runs' },
  { to: '/usage', label: 'Usage' },
  { to: '/audit', label: 'Audit' },
  { to: '/keys', label: 'Keys' },
] as const;

/** What every page has: the bar with the places, the time zone, the colours and the way out. */
export function Shell() {
  return (
    <>
      <a
        href="#main"
        className="absolute z-50 -translate-y-full rounded-md bg-accent px-3 py-2 text-on-accent focus:translate-y-0"
      >
        Skip to the content
      </a>
      <header className="sticky top-0 z-30 border-b border-line bg-surface">
        <div className="mx-auto flex max-w-[1760px] flex-wrap items-center gap-x-4 px-4 md:px-6 lg:gap-x-6">
          <Link to="/stores" className="flex h-12 items-center gap-2 text-lg font-semibold" aria-label="Weir">
            <Mark />
            <span>Weir</span>
          </Link>
          <nav
            aria-label="Main"
            className="order-last flex w-full gap-1 overflow-x-auto sm:order-none sm:w-auto"
          >
            {PLACES.map(({ to, label }) => (
              <Link
                key={to}
                to={to}
                className="flex h-12 items-center border-b-2 border-transparent px-1.5 text-sm whitespace-nowrap lg:px-2 text-ink-soft hover:text-ink"
                activeProps={{ className: 'border-b-accent! font-medium text-ink!' }}
              >
                {label}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex items-center gap-1">
            <ZoneSelect />
            <ThemeToggle />
            <IconButton label="Sign out" onClick={() => signOut()}>
              <LogOut className="size-4" />
            </IconButton>
          </div>
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto max-w-[1760px] space-y-5 px-4 py-6 outline-none md:px-6"
      >
        <Outlet />
      </main>
    </>
  );
}
