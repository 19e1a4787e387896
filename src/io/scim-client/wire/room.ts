/** A byte budget for the bodies of long answers. */
export interface Room {
  /** Waits for room, first come, first served. @returns releases it; idempotent */
  enter(bytes: number): Promise<() => void>;
}

/** Makes a budget. @param limit bytes; a larger request gets all of it */
export function createRoom(limit: number): Room {
  let free = limit;
  const waiting: { readonly bytes: number; readonly admit: () => void }[] = [];
  const admitNext = (): void => {
    for (let next = waiting[0]; next !== undefined && next.bytes <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.bytes;
      next.admit();
    }
  };
  return {
    enter: (wanted) =>
      new Promise((resolve) => {
        const bytes = Math.min(wanted, limit);
        let isInside = true;
        const leave = (): void => {
          if (!isInside) return;
          isInside = false;
          free += bytes;
          admitNext();
        };
        waiting.push({ bytes, admit: () => resolve(leave) });
        admitNext();
      }),
  };
}
