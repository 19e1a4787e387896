import type { Respond, TargetAnswer } from '../http/message.ts';
import { errorAnswer, ScimError } from '../http/scim-error.ts';
import { contentOf, createStore, type Store, type StoreChange } from '../store/store.ts';
import { COUNT } from './fault.ts';
import type { ChosenFault } from './faults.ts';

/** Switches faults of a running target. */
interface FaultSwitch {
  /** Answers with the active faults applied. */
  readonly respond: Respond;
  /** Activates these faults only; the first applies first. */
  set(faults: readonly ChosenFault[]): void;
  /** Notes a write, for faults that answer from earlier states. */
  note(changes: readonly StoreChange[]): void;
}

/** The target without faults. */
interface Faultless {
  readonly store: Store;
  /** Makes a responder on another store. */
  respondFrom(store: Store): Respond;
  readonly respond: Respond;
  /** Milliseconds since 1970. */
  now(): number;
}

/** A copy of a store that lags some writes behind. */
interface LaggingStore {
  readonly store: Store;
  /** Notes a write of the original. */
  note(changes: readonly StoreChange[]): void;
}

/** Copies a store; the copy then lags `lag` writes behind. */
function createLaggingStore(original: Store, lag: number): LaggingStore {
  const store = createStore(contentOf(original), () => {});
  const pending: (readonly StoreChange[])[] = [];
  return {
    store,
    note(changes) {
      pending.push(changes);
      const due = pending.length > lag ? pending.shift() : undefined;
      if (due !== undefined) store.commit(due);
    },
  };
}

interface ActiveFault {
  readonly lagging: LaggingStore | null;
  readonly wrap: (respond: Respond) => Respond;
}

const answered = async (answer: () => TargetAnswer | Promise<TargetAnswer>): Promise<TargetAnswer> => {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof ScimError) return errorAnswer(error);
    throw error;
  }
};

const activate = ({ fault, argument }: ChosenFault, target: Faultless): ActiveFault => {
  const lagging = fault.looksBack === true ? createLaggingStore(target.store, argument) : null;
  const respondEarlier = target.respondFrom(lagging?.store ?? target.store);
  let ordinal = 0;
  const wrap =
    (respond: Respond): Respond =>
    (request) => {
      if (!fault.concerns.test(request)) return respond(request);
      ordinal += 1;
      if (fault.argument === COUNT && ordinal > argument) return respond(request);
      return fault.answer({
        request,
        argument,
        ordinal,
        now: target.now(),
        respond: (changed = request) => answered(() => respond(changed)),
        respondEarlier: () => answered(() => respondEarlier(request)),
      });
    };
  return { lagging, wrap };
};

/** Wraps a target with faults, none active. */
export function createFaultSwitch(target: Faultless): FaultSwitch {
  let active: readonly ActiveFault[] = [];
  let respond = target.respond;
  return {
    respond: (request) => respond(request),
    set(faults) {
      active = faults.map((chosen) => activate(chosen, target));
      respond = active.reduceRight<Respond>((inner, { wrap }) => wrap(inner), target.respond);
    },
    note(changes) {
      for (const { lagging } of active) lagging?.note(changes);
    },
  };
}
