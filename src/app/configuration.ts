export { jobIdsIn, readConfiguration } from '../io/configuration/read-configuration.ts';
