import { Link } from '@tanstack/react-router';
import { definitionsQuery } from '../api/definitions.ts';
import { useList } from '../api/pages.ts';

/** A definition, named in answers by its id, shown by its name. */
export function DefinitionLink({ definition }: { readonly definition: string }) {
  const { rows } = useList(definitionsQuery());
  const known = rows?.find(({ id }) => id === definition);
  return (
    <Link to="/definitions/$definition" params={{ definition }} className="text-accent hover:underline">
      {known?.name ?? definition}
    </Link>
  );
}
