const shapes = {
  play: "M3 1.5v11l10-5.5z",
  pause: "M3 1.5h3v11H3zM8 1.5h3v11H8z",
  step: "M2 1.5v11l7-5.5zM10 1.5h2v11h-2z",
  reset: "M7 2.2V0L3.4 3.2 7 6.4V4.1a3.9 3.9 0 1 1-3.9 3.9H1.2A5.8 5.8 0 1 0 7 2.2z",
  pin: "M4 0h6v1.6L8.8 2.4v3.2L11 7.6V9H7.7v5H6.3V9H3V7.6l2.2-2V2.4L4 1.6z",
} as const;

/** An icon next to a button's text. */
export const Icon = ({ name }: { name: keyof typeof shapes }) => (
  <svg width="14" height="14" viewBox="0 0 14 14" fill="currentColor" aria-hidden="true">
    <path d={shapes[name]} />
  </svg>
);
