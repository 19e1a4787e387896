import type { JobWriter } from '../model/ports.ts';

/** A store whose watermark stays: for cycles that did not read the source up to anywhere. */
export const keepingWatermark = <Store extends JobWriter>(store: Store): Store => ({
  ...store,
  complete: (cycle, _position, control) => {
    store.saveCycle(cycle);
    store.saveControl(control);
  },
});
