/** The strokes of each icon, on a grid of 16 × 16. */
const STROKES = {
  activity: 'M1.5 8h3l2-5 3 10 2-5h3',
  alert: 'M8 2 1.5 13.5h13zM8 6.5v3.2M8 11.6v.2',
  arrowLeft: 'M13 8H3m4-4L3 8l4 4',
  bell: 'M4 11V7a4 4 0 0 1 8 0v4l1.2 1.5H2.8zM6.6 14.2h2.8',
  check: 'm3 8.5 3.2 3.2L13 5',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  download: 'M8 2v8m-3.2-3L8 10.2 11.2 7M2.5 13.5h11',
  flask: 'M6 2v4.5L2.5 13.5h11L10 6.5V2M5 2h6M4.5 10h7',
  full: 'M2.5 4.5h11v7h-11zM5 7v2M8 7v2M11 7v2M5 2.5v2M8 2.5v2M11 2.5v2M5 11.5v2M8 11.5v2M11 11.5v2',
  gear: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4',
  hot: 'M8 14.5a4.2 4.2 0 0 0 4.2-4.2C12.2 7 8.7 5.6 9 1.5 6.4 3 6.3 5.6 6.4 7 5.6 6.7 5.3 6 5.2 5.2 4.3 6.5 3.8 8 3.8 10.3A4.2 4.2 0 0 0 8 14.5z',
  info: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.3v4M8 4.9v.2',
  moon: 'M13.5 9.5A6 6 0 1 1 6.5 2.5a4.8 4.8 0 0 0 7 7z',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.8v10.4L13 8z',
  question: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6 6.3A2 2 0 1 1 8 8.3v.9M8 11.3v.2',
  refresh: 'M13.5 8A5.5 5.5 0 1 1 11.6 3.8M13.5 2v3.5H10',
  slow: 'M2 12a6.5 6.5 0 1 1 12 0M8 10 5 6.5',
  snooze: 'M3 4h4L3 9h4M9 8h4l-4 5h4',
  unplugged:
    'm2 14 3-3M11 5l3-3M4 9l3 3a2.5 2.5 0 0 1-3-3zM9 4l3 3a2.5 2.5 0 0 1-3-3zM7.5 7 6 8.5M9 8.5 7.5 10',
  close: 'm3.5 3.5 9 9M12.5 3.5l-9 9',
} as const;

export type IconName = keyof typeof STROKES;

/** A picture that always stands beside its word, and is silent for a screen reader. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      className="shrink-0"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={STROKES[name]} />
    </svg>
  );
}
