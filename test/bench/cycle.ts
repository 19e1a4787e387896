/**
 * Measures an initial cycle of so many creations against an endpoint without logic, beside two yardsticks that send
 * the same requests with nothing around them: stock axios, and undici's pool.
 * @example tsx test/bench/cycle.ts 20000 32 0
 */
import { measureCreates } from './rows/creates.ts';
import type { SendingFigures } from './yardstick.ts';

const users = Number(process.argv[2] ?? 20_000);
const concurrency = Number(process.argv[3] ?? 32);
const delayMs = Number(process.argv[4] ?? 0);

const { axios, undici, entrain } = await measureCreates(users, {
  concurrency,
  requestsPerSecond: 0,
  delayMs,
});
const line = (name: string, { perSecond, cpuMicroseconds }: SendingFigures): string =>
  `${name.padEnd(16)} ${Math.round(perSecond).toString().padStart(8)} requests/s  ${cpuMicroseconds.toFixed(0).padStart(6)} µs CPU a request`;
console.log(`${users} creations, concurrency ${concurrency}, endpoint ${delayMs} ms`);
console.log(line('stock axios', axios));
console.log(line('undici pool', undici));
console.log(line('entrain', entrain));
console.log(
  `× axios ${(entrain.perSecond / axios.perSecond).toFixed(2)}   share of undici ${(entrain.perSecond / undici.perSecond).toFixed(2)}   peak memory ${Math.round(entrain.peakMegabytes)} MB`,
);
