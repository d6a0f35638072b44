/** `serve`: the same app in a browser, for a machine without a display. */
import type { Command } from 'commander';
import { badInput, commandLine } from '../../../shared/faults.ts';
import { openBackend } from '../../service/backend/backend.ts';
import { printJson } from '../following.ts';
import { onInterrupt } from '../interrupting.ts';
import { listPages, type Pages } from '../serving/pages.ts';
import { startServer } from '../serving/server.ts';

interface ServeOptions {
    readonly port: string;
    readonly host: string;
    readonly json?: boolean;
}

export function addServeCommand(program: Command): void {
    program
        .command('serve')
        .summary('the app in a browser')
        .description(
            'Serves the app on this machine alone and prints its address, which holds the token that lets a browser in; whoever reads it can use the app. From elsewhere, forward the port: ssh -L 8384:127.0.0.1:8384 <machine>. Ctrl-C pauses what is at work.',
        )
        .option('--port <number>', 'where to listen (0: any free port)', '8384')
        .option('--host <address>', 'listen on another address; whoever has the token can then start runs', '127.0.0.1')
        .option('--json', 'one JSON object a line for machines')
        .action((options: ServeOptions) => serve(options));
}

async function serve({ port: typed, host, json = false }: ServeOptions): Promise<void> {
    const port = Number(typed);
    if (typed.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65535)
        throw badInput(`--port cannot be "${typed}": it must be a whole number from 0 to 65535.`);
    const pages = listPages();
    const interrupted = Promise.withResolvers<null>();
    let isEnding = false;
    const release = onInterrupt(() => {
        if (isEnding) process.exit(130);
        isEnding = true;
        interrupted.resolve(null);
    });
    try {
        await serveUntil(interrupted.promise, pages, { host, port, json });
    } finally {
        release();
    }
}

async function serveUntil(
    interrupted: Promise<unknown>,
    pages: Pages,
    { host, port, json }: { readonly host: string; readonly port: number; readonly json: boolean },
): Promise<void> {
    const backend = openBackend();
    const server = await startServer(backend, pages, { host, port }).catch(async (error: unknown) => {
        await backend.close();
        throw error;
    });
    // an error in a browser’s request, or in a callback it left behind, must not end the engines at work
    const note = (error: unknown): void => backend.trouble.note(error, 'nobody was waiting');
    process.on('uncaughtException', note);
    if (json) printJson({ type: 'serving', url: server.url });
    else console.log(`Storyloop is open at\n  ${server.url}\nCtrl-C ends it.`);
    await interrupted;
    if (!json)
        console.error(`Pausing what is at work; "${commandLine} resume" goes on with it. Ctrl-C again ends at once.`);
    await server.close();
    await backend.close();
    process.off('uncaughtException', note);
}
