export { readConfiguration } from '../io/configuration/read-configuration.ts';
