import { turnOfEventLoop } from '../cycle/event-loop.ts';

/**
 * Asks one question for all keys that are asked for in one turn of the event loop.
 * @param ask answers for several keys at once
 */
export function askTogether<Key, Answer>(
  ask: (keys: readonly Key[]) => Promise<(key: Key) => Answer>,
): (key: Key) => Promise<Answer> {
  let keys: Key[] = [];
  let asked: Promise<(key: Key) => Answer> | null = null;
  const askNow = (): Promise<(key: Key) => Answer> => {
    const all = keys;
    keys = [];
    asked = null;
    return ask(all);
  };
  return async (key) => {
    keys.push(key);
    asked ??= turnOfEventLoop().then(askNow);
    return (await asked)(key);
  };
}
