/** The embedded SCIM target, for the command that serves it: how it is started, and what it can be asked to do. */
export type { Fault } from '../target/faults/fault.ts';
export { argumentMeaning, FAULTS } from '../target/faults/faults.ts';
export type { RecordedExchange } from '../target/http/recorder.ts';
export { TargetOptionError } from '../target/option-error.ts';
export { PERSONAS } from '../target/personas/personas.ts';
export { type RunningTarget, startTarget, type TargetOptions } from '../target/start.ts';
