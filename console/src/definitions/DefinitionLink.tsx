import { Link } from '@tanstack/react-router';
import { definitionsQuery } from '../api/definitions.ts';
import { useList } from '../api/pages.ts';

/** A definition that the API names by id or by name: shown by name. */
export function DefinitionLink({ definition }: { readonly definition: string }) {
  const { rows } = useList(definitionsQuery());
  const known = rows?.find(({ id, name }) => id === definition || name === definition);
  return (
    <Link
      to="/definitions/$definition"
      params={{ definition: known?.id ?? definition }}
      className="text-accent hover:underline"
    >
      {known?.name ?? definition}
    </Link>
  );
}
