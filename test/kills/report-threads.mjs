// Preloaded into a process under test: reports on stderr that the process has started a thread. The clock by which the
// process measures how fast its requests follow each other goes slower, so that it starts one on a slow machine as well.
import process from 'node:process';

const SLOWER = 50;

const now = performance.now.bind(performance);
performance.now = () => now() / SLOWER;

process.on('worker', () => process.stderr.write('a thread was started\n'));
