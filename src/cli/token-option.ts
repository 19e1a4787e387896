import { Option } from 'commander';

/** The option of the commands that take an endpoint by its URL. */
export function tokenOption(): Option {
  return new Option('--token-env <name>', 'the variable with the bearer token of the URL').default(
    'ENTRAIN_TARGET_TOKEN',
  );
}
