import { Link } from '@tanstack/react-router';
import { useList } from '../api/pages.ts';
import { metersQuery } from '../api/meters.ts';

/** A meter that the API names by id or by name: shown by name. */
export function MeterLink({ meter }: { readonly meter: string }) {
  const { rows } = useList(metersQuery());
  const known = rows?.find(({ id, name }) => id === meter || name === meter);
  return (
    <Link
      to="/meters/$meter"
      params={{ meter: known?.id ?? meter }}
      onClick={(event) => event.stopPropagation()}
      className="text-accent hover:underline"
    >
      {known?.name ?? meter}
    </Link>
  );
}
