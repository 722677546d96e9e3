import { groupCount } from '../format/digits.ts';

interface CountGridProps {
  readonly counts: readonly { readonly label: string; readonly count: number | undefined }[];
}

/** Named counts side by side; a zero is faint, so that what happened stands out. */
export function CountGrid({ counts }: CountGridProps) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(6.5rem,1fr))] gap-3">
      {counts.map(({ label, count }) => (
        <div key={label} className="flex flex-col-reverse">
          <dt className="text-xs text-ink-faint">{label}</dt>
          <dd className={count ? 'text-lg tabular-nums' : 'text-lg text-ink-faint tabular-nums'}>
            {count === undefined ? '–' : groupCount(count)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
