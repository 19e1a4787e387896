import type { Command } from 'commander';
import {
  argumentMeaning,
  FAULTS,
  type Fault,
  PERSONAS,
  type RecordedExchange,
  type RunningTarget,
  startTarget,
  TargetOptionError,
  type TargetOptions,
} from '../../app/embedded-target.ts';
import { didYouMean, knownSecrets, visible } from '../../app/rendering.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';
import type { Json } from '../../model/json.ts';
import type { Cli } from '../cli.ts';

const DEFAULT_PORT = 8800;

interface Flags {
  readonly port: string;
  readonly token?: string;
  readonly file?: string;
  readonly persona: string;
  readonly fault?: readonly string[];
}

const refuse = (source: string, message: string): ConfigurationError =>
  new ConfigurationError([issueOf(source, message)]);

const readPort = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw refuse('--port', `--port takes 0 to 65535 (0: any free port), not "${text}"`);
};

const readToken = (text: string | undefined): string | undefined => {
  if (text === undefined || /^[\x21-\x7e]+$/.test(text)) return text;
  throw refuse('--token', '--token takes printable ASCII without spaces, as an Authorization header does');
};

const bodyLines = (mark: string, body: Json): readonly string[] =>
  body === null ? [] : [`  ${mark} ${visible(JSON.stringify(body))}`];

/** What became of an answer, where a fault broke it off. */
const DELIVERIES = {
  reset: 'connection reset',
  stalled: 'body never sent',
  truncated: 'cut off half-way',
  notHttp: 'no HTTP',
} as const;

const answerText = ({ status, delivery }: RecordedExchange): string => {
  if (delivery === null) return String(status);
  return status === 0 ? DELIVERIES[delivery] : `${status} (${DELIVERIES[delivery]})`;
};

/** Writes an exchange as text: the request, the status, both bodies on one line each. */
export function exchangeText(exchange: RecordedExchange): string {
  const query = exchange.query === '' ? '' : `?${exchange.query}`;
  return [
    visible(`${exchange.method} ${exchange.path}${query} → ${answerText(exchange)}`),
    ...bodyLines('>', exchange.requestBody),
    ...bodyLines('<', exchange.responseBody),
  ].join('\n');
}

const start = async (options: TargetOptions): Promise<RunningTarget> => {
  try {
    return await startTarget(options);
  } catch (error) {
    if (error instanceof TargetOptionError)
      throw refuse(`--${error.option}`, `${error.message}${didYouMean(error.given, error.known)}`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw refuse('--port', `port ${options.port} is in use; give another with --port, or 0 for any`);
    const reason = error instanceof Error ? error.message : String(error);
    throw refuse(options.file === undefined ? '--port' : '--file', `the target cannot start: ${reason}`);
  }
};

const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    // Once: a second signal ends the process at once.
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });

const LINE_WIDTH = 100;

/** Lays out names with what they mean, one under the other, long meanings over several lines. */
const table = (rows: readonly (readonly [name: string, meaning: string])[]): string => {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 4;
  const room = new RegExp(`(?!$)(.{1,${LINE_WIDTH - indent}})(?: |$)`, 'g');
  return rows
    .flatMap(([name, meaning]) => {
      const [first = '', ...others] = [...meaning.matchAll(room)].map(([, line = '']) => line);
      return [`  ${name.padEnd(indent - 2)}${first}`, ...others.map((line) => ' '.repeat(indent) + line)];
    })
    .join('\n');
};

const faultRow = ({ name, argument, concerns, description }: Fault): readonly [string, string] => [
  `${name}[=${argument.sign}]`,
  `${concerns.words}: ${description}${argument.meaning === null ? '' : `; =${argument.sign}: ${argumentMeaning(argument)}, ${argument.absent} when not given`}`,
];

const HELP = `
Personas:
${table(PERSONAS.map(({ name, description }) => [name, description] as const))}

Faults, the first given meets a request first. With =n only the first n of the requests named meet it:
${table(FAULTS.map(faultRow))}
`;

const collect = (value: string, values: readonly string[] = []): readonly string[] => [...values, value];

/** Adds the command `target`: the embedded SCIM target in the foreground. */
export function registerTargetCommand(command: Command, cli: () => Cli): void {
  command
    .option('--port <n>', 'port on 127.0.0.1; 0: any free one', String(DEFAULT_PORT))
    .option('--token <t>', 'secret token that requests must carry; made up when absent')
    .option('--file <f>', 'file that keeps what the target holds; memory only when absent')
    .option('--persona <name>', 'how it understands and answers, by a name below', 'tolerant')
    .option('--fault <name[=n]>', 'how it misbehaves, by a name below; may be repeated', collect)
    .addHelpText('after', HELP)
    .action(async (flags: Flags) => {
      const terminal = cli();
      const port = readPort(flags.port);
      const token = readToken(flags.token);
      const target = await start({
        port,
        persona: flags.persona,
        faults: flags.fault ?? [],
        ...(token === undefined ? {} : { token }),
        ...(flags.file === undefined ? {} : { file: flags.file }),
        onExchange: (exchange) =>
          terminal.options.json ? terminal.printJsonLine(exchange) : terminal.print(exchangeText(exchange)),
      });
      const stopped = untilStopped();
      terminal.note(`Tenant URL    ${target.baseUrl}`);
      terminal.note(`Secret token  ${token === undefined ? target.token : '(as given with --token)'}`);
      // From here on it is a secret: a client may send it elsewhere than in its header.
      knownSecrets.learn([target.token]);
      terminal.note('Stop with Ctrl+C.');
      await stopped;
      await target.stop();
    });
}
