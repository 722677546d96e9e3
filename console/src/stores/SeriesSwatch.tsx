export function SeriesSwatch({ fill }: { readonly fill: string }) {
  return (
    <svg viewBox="0 0 10 10" className="size-2.5 shrink-0" aria-hidden>
      <rect width="10" height="10" rx="2" className={fill} />
    </svg>
  );
}
