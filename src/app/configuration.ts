export { jobIdsIn, readConfiguration } from '../io/configuration/read-configuration.ts';
export { tenantUrlProblem } from '../io/configuration/shapes/urls.ts';
