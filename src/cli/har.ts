import { Option } from 'commander';

/** The option of the commands that can write down what they say to the target. */
export function harOption(): Option {
  return new Option('--har <file>', 'write every exchange into this HTTP Archive, without secrets');
}
