import { existsSync } from 'node:fs';

/** The file of the configuration where `--config` names none. */
export function defaultConfiguration(): string {
  return !existsSync('entrain.yaml') && existsSync('config/entrain.yaml')
    ? 'config/entrain.yaml'
    : 'entrain.yaml';
}
