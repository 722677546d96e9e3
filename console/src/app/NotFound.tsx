import { Link } from '@tanstack/react-router';
import { EmptyState } from '../ui/EmptyState.tsx';

export function NotFound() {
  return (
    <EmptyState title="There is no such page" action={<Link to="/stores">To the event stores</Link>}>
      The address may be mistyped, or of another version of the console.
    </EmptyState>
  );
}
