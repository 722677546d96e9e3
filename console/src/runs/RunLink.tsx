import { Link } from '@tanstack/react-router';

export function RunLink({ run }: { readonly run: string }) {
  return (
    <Link
      to="/runs/$run"
      params={{ run }}
      className="font-mono text-xs font-normal text-accent hover:underline"
    >
      {run}
    </Link>
  );
}
