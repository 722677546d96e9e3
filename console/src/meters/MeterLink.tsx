import { Link } from '@tanstack/react-router';

interface MeterLinkProps {
  readonly meter: string;
  readonly name: string;
}

export function MeterLink({ meter, name }: MeterLinkProps) {
  return (
    <Link
      to="/meters/$meter"
      params={{ meter }}
      // In a row that opens something else, the link leads to the meter only.
      onClick={(event) => event.stopPropagation()}
      className="text-accent hover:underline"
    >
      {name}
    </Link>
  );
}
