/** How far a cycle is. */
export interface ShownProgress {
  /** Objects that were read. */
  readonly read: number;
  /** Objects that it reads; null: not known. */
  readonly total: number | null;
  readonly requests: number;
  /** Requests that are not answered yet. */
  readonly underWay: number;
  readonly failed: number;
}

const LONGEST_BAR = 40;
const SHORTEST_BAR = 5;

/**
 * A cycle that is under way as one line, whole within a number of columns: where there is little room, less is said.
 * The bar is never full, because a cycle that has read everything still waits for answers.
 */
export function progressLine(progress: ShownProgress, columns: number): string {
  const { read, total, requests, underWay, failed } = progress;
  const count = total === null ? String(read) : `${read}/${total}`;
  const texts = [
    `${count} objects read, ${requests} requests, ${underWay} under way, ${failed} failed`,
    `${count} read, ${underWay} under way, ${failed} failed`,
    `${count}, ${underWay} under way`,
    count,
  ];
  // A line that fills the last column would be wrapped by some terminals.
  const room = columns - 1;
  const spared = total === null ? 0 : SHORTEST_BAR + 1;
  const text =
    texts.find((one) => one.length + spared <= room) ?? texts.find((one) => one.length <= room) ?? '';
  const width = Math.min(LONGEST_BAR, room - text.length - 1);
  return total === null || width < SHORTEST_BAR ? text : `${barOf(read, total, width)} ${text}`;
}

function barOf(read: number, total: number, width: number): string {
  const filled = total === 0 ? 0 : Math.min(width - 1, Math.floor((read * width) / total));
  return '█'.repeat(filled).padEnd(width, '░');
}
