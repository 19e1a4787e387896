// Preloaded into a process under test: tells on stderr that the process has started a thread.
import process from 'node:process';

process.on('worker', () => process.stderr.write('a thread was started\n'));
