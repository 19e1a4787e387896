import type { JobWriter } from '../../model/ports.ts';

/**
 * A store whose watermark stays: for cycles that did not read the source up to anywhere. What the share of
 * deprovisionings is taken of stays too, because such a cycle decides nothing about objects that it does not evaluate.
 */
export function keepingWatermark<Store extends JobWriter>(store: Store): Store {
  return {
    ...store,
    complete: async (cycle, _position, decide) => {
      await store.saveCycle(cycle);
      await store.updateControl((control) => {
        const { deprovisioningBase: _decided, ...rest } = decide(control);
        const { deprovisioningBase } = control;
        return deprovisioningBase === undefined ? rest : { ...rest, deprovisioningBase };
      });
    },
  };
}
