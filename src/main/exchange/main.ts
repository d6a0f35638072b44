/**
 * Entry point of the exchange process, which does one export or import in the background. It does not know who started
 * it, cleans up when it is cancelled or its parent disappears, and exits with its supervisor.
 */
import { setImmediate } from 'node:timers/promises';
import {
    exchangeCommandSchema,
    exchangeVersion,
    type ExchangeEvent,
    type ExchangeJob,
} from '../../shared/contracts/exchange.ts';
import { badInput, faultOf, type Fault } from '../../shared/faults.ts';
import { openParentPipe } from '../processes/parent-pipe.ts';
import { runExport } from './export-job.ts';
import { giveWay } from './giving-way.ts';
import { runImport } from './import-job.ts';
import { Cancelled, type ExchangeSupervisor } from './supervisor.ts';

const pipe = openParentPipe(receive, () => (isCancelled = true));
const send = (event: ExchangeEvent): void => pipe.send(event);

giveWay(); // a run at work has priority

let isCancelled = false;
let lastTurn = 0;
let lastProgress = -Infinity;
const turnMs = 20; // between checks for messages: quick enough for a person, rare enough not to cost time
const progressMs = 100;

const supervisor: ExchangeSupervisor = {
    progress(done, doing) {
        if (performance.now() - lastProgress < progressMs) return;
        lastProgress = performance.now();
        send({ type: 'progress', done, doing });
    },
    async turn() {
        if (performance.now() - lastTurn < turnMs) return;
        await setImmediate();
        lastTurn = performance.now();
        this.throwIfCancelled();
    },
    throwIfCancelled() {
        if (isCancelled) throw new Cancelled();
    },
};

async function work(job: ExchangeJob): Promise<ExchangeEvent> {
    try {
        if (job.kind === 'import') return { type: 'imported', imported: await runImport(job, supervisor) };
        const files = await runExport(job, supervisor);
        return { type: 'exported', to: job.to, files, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
    } catch (error) {
        if (error instanceof Cancelled) return { type: 'cancelled' };
        return { type: 'fault', fault: inOurWords(faultOf(error, job.kind === 'import' ? job.home : job.to)) };
    }
}

/** The ordinary sentence of a full disk says to resume the run, and here there is none. */
function inOurWords(fault: Fault): Fault {
    if (fault.kind !== 'disk-full') return fault;
    return badInput(
        `The disk is full (${fault.path}); nothing was left behind, and everything recorded is safe. Free some space or choose another disk, then try again.`,
    ).fault;
}

function receive(message: unknown): void {
    const command = exchangeCommandSchema.safeParse(message);
    if (!command.success) {
        const said = `The exchange (version ${exchangeVersion}) was sent a command it does not know; nothing was changed. Use one version of Storyloop throughout.`;
        send({ type: 'fault', fault: badInput(said).fault });
        return;
    }
    if (command.data.type === 'cancel') {
        isCancelled = true;
        return;
    }
    void work(command.data.job).then((event) => {
        send(event);
        if (pipe.isParentGone()) process.exit(0); // nobody is waiting, and everything is cleaned up
    });
}
