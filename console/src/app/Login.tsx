import { useState, type FormEvent } from 'react';
import { call, path } from '../api/client.ts';
import { signIn } from '../api/session.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { Mark } from './Mark.tsx';

/** Asks for an API key and tries it before it is kept. `reason` says why the last one no longer serves. */
export function Login({ reason }: { readonly reason: string | null }) {
  const [key, setKey] = useState('');
  const [error, setError] = useState<Error | null>(reason === null ? null : new Error(reason));
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await call('GET', path('event-stores'), { key: key.trim(), query: { limit: 1 } });
      signIn(key.trim());
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setBusy(false);
    }
  };

  return (
    <main className="mx-auto flex min-h-screen max-w-sm flex-col justify-center gap-6 px-4 pb-24">
      <div className="flex items-center gap-2.5 text-xl font-semibold">
        <Mark /> Weir
      </div>
      <form onSubmit={(event) => void submit(event)} className="space-y-4">
        <Field
          label="API key"
          hint="The server printed an admin key at its first start, or took it from WEIR_ADMIN_KEY. It is kept for this tab only."
        >
          {(attributes) => (
            <input
              {...attributes}
              type="password"
              autoComplete="off"
              autoFocus
              required
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <ProblemNotice error={error} />
        <Button type="submit" look="primary" busy={busy} className="w-full">
          Sign in
        </Button>
      </form>
    </main>
  );
}
