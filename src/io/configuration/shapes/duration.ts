const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A whole number and a unit: `30s`, `40m`, `6h`, `30d`. */
export const DURATION = /^(\d{1,6})([smhd])$/;

/** Parses a duration to milliseconds; null: invalid. */
export function parseDurationMs(text: string): number | null {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return count === undefined ? null : Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

/** Formats a duration in the largest unit that gives a whole number. */
export function formatDuration(durationMs: number): string {
  const [unit, unitMs] = Object.entries(UNITS_MS).findLast(([, ms]) => durationMs % ms === 0) ?? [
    's',
    UNITS_MS.s,
  ];
  return `${Math.round(durationMs / unitMs)}${unit}`;
}
