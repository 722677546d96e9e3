import { useMutation, useQueryClient } from '@tanstack/react-query';
import { revokeKey } from '../api/keys.ts';
import type { ApiKey } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';

interface RevokeKeyDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

export function RevokeKeyDialog({ apiKey, onClose }: RevokeKeyDialogProps) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeKey(apiKey.id),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={`Revoke ${apiKey.name ?? apiKey.id}?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke the key
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <p>
          Whoever uses it is refused from the next call on; a revoked key cannot be brought back.{' '}
          {apiKey.lastUsedAt === null ? (
            'It has never been used.'
          ) : (
            <>
              It was last used at <Instant toSecond at={apiKey.lastUsedAt} />.
            </>
          )}
        </p>
        <ProblemNotice error={revoke.error} />
      </div>
    </Dialog>
  );
}
