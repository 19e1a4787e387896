const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** A duration, largest unit first: `+0m`, `+2h`, `+8h40m`, `+31d`; the sign is optional. */
export const OFFSET = /^\+?(?=\d)(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,8})s)?$/;

/** Parses an offset to milliseconds; null: invalid. */
export function parseOffsetMs(text: string): number | null {
  const found = OFFSET.exec(text);
  if (found === null) return null;
  const [, d = '0', h = '0', m = '0', s = '0'] = found;
  return Number(d) * UNITS_MS.d + Number(h) * UNITS_MS.h + Number(m) * UNITS_MS.m + Number(s) * UNITS_MS.s;
}

/** Formats an offset in the needed units, in whole seconds: `+0m`, `+8h40m`, `+29d`. */
export function formatOffset(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / UNITS_MS.s)) * UNITS_MS.s;
  let text = '';
  for (const [unit, unitMs] of Object.entries(UNITS_MS)) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) text += `${count}${unit}`;
  }
  return `+${text === '' ? '0m' : text}`;
}
