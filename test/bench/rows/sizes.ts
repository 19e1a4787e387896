import type { Extent, Figure } from '../figure.ts';
import { measureSize, type SizeFigures } from './size.ts';

/** The figures of directories of several sizes, and how they grow from the smallest to the largest. */
export async function sizeFigures({ sizes, repetitions }: Extent): Promise<readonly Figure[]> {
  const measured: SizeFigures[] = [];
  for (const users of sizes) measured.push(await measureSize(users, repetitions));
  const [small, large] = [measured[0], measured.at(-1)];
  if (small === undefined || large === undefined) return [];
  const each = (one: (size: SizeFigures) => string): string =>
    measured.map((size) => `${size.users}: ${one(size)}`).join(', ');
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  const megabytes = (value: number): string => `${Math.round(value)} MB`;
  const grown = `${large.users} users`;
  return [
    {
      name: `incremental cycle with 100 changes, ${grown}: × the time at ${small.users}`,
      value: large.changesSeconds / small.changesSeconds,
      atMost: 1.5,
      details: each((size) => seconds(size.changesSeconds)),
    },
    {
      name: `cycle with nothing to do, ${grown}: requests beyond the probe`,
      value: large.idleRequests,
      atMost: 0,
      details: each((size) => String(size.idleRequests)),
    },
    {
      name: `cycle with nothing to do, ${grown}: × the start of the process`,
      value: large.idleSeconds / large.startSeconds,
      atMost: 1.5,
      details: each((size) => `${seconds(size.idleSeconds)} beside ${seconds(size.startSeconds)}`),
    },
    {
      name: `initial cycle, ${grown}: × the peak memory at ${small.users}`,
      value: large.initialMegabytes / small.initialMegabytes,
      atMost: 1.3,
      details: each((size) => `${megabytes(size.initialMegabytes)}, ${Math.round(size.initialPerSecond)}/s`),
    },
    {
      name: `initial cycle, ${grown}: peak memory in MB`,
      value: large.initialMegabytes,
      atMost: 300,
      details: '',
    },
    {
      name: `10 members added to a group of ${large.large.members}: requests`,
      value: large.large.requests,
      atMost: 2,
      details: `${large.small.members} members: ${large.small.requests}`,
    },
    {
      name: `10 members added to a group of ${large.large.members}: × the time at ${large.small.members}`,
      value: large.large.seconds / large.small.seconds,
      atMost: 1.5,
      details: `${seconds(large.large.seconds)} beside ${seconds(large.small.seconds)}`,
    },
    {
      name: `offline plan, ${grown}: objects a second, as a share of parsing the rows`,
      value: large.planShare,
      atLeast: 0.25,
      details: each((size) => `${Math.round(size.planPerSecond)}/s, ${megabytes(size.planMegabytes)}`),
    },
    {
      name: `import, ${grown}: rows a second, as a share of a bare insert`,
      value: large.importShare,
      atLeast: 0.5,
      details: each((size) => `${Math.round(size.importPerSecond)}/s`),
    },
    {
      name: `import, ${grown}: peak memory in MB`,
      value: large.importMegabytes,
      atMost: 300,
      details: each((size) => megabytes(size.importMegabytes)),
    },
  ];
}
