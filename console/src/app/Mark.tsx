/** The sign of the product: water over a step. */
export function Mark() {
  return (
    <svg viewBox="0 0 24 24" className="size-6 shrink-0" aria-hidden>
      <rect width="24" height="24" rx="5" className="fill-accent" />
      <path
        d="M3 8h8v4h5v4h5"
        fill="none"
        strokeWidth="2"
        strokeLinejoin="round"
        className="stroke-on-accent"
      />
      <path
        d="M3 17c2-1.6 4-1.6 6 0s4 1.6 6 0"
        fill="none"
        strokeWidth="1.6"
        strokeLinecap="round"
        className="stroke-on-accent opacity-60"
      />
    </svg>
  );
}
