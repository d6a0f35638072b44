/** The command line: every verb of Storyloop without a window. */
import { runCommandLine } from './command-line.ts';
import { guardStreams } from './terminal.ts';

guardStreams();
await runCommandLine(process.argv.slice(2));
