import type { JobReader, JobWriter } from '../../model/ports.ts';

/**
 * A store whose watermark stays: for cycles that did not read the source up to anywhere. What the share of
 * deprovisionings is taken of stays too, because such a cycle decides nothing about those whom it does not look at.
 */
export const keepingWatermark = <Store extends JobWriter>(
  store: Store,
  state: Pick<JobReader, 'control'>,
): Store => ({
  ...store,
  complete: (cycle, _position, control) => {
    store.saveCycle(cycle);
    const { deprovisioningBase: _decided, ...rest } = control;
    const { deprovisioningBase } = state.control();
    store.saveControl(deprovisioningBase === undefined ? rest : { ...rest, deprovisioningBase });
  },
});
