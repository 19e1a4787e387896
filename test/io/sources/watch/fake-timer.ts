import type { Timer } from '../../../../src/io/timer.ts';

/** Time that passes when something waits for it, with what happens at each step. */
export const fakeTimer = (onStep: (nowMs: number) => void): Timer => {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
      onStep(nowMs);
    },
  };
};
