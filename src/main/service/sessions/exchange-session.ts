/**
 * Runs one process for one export or import: its progress, how it is cancelled, and its end, which is always reported.
 */
import { rmSync } from 'node:fs';
import {
    exchangeEventSchema,
    exchangeVersion,
    type ExchangeCommand,
    type ExchangeEvent,
    type ExchangeJob,
} from '../../../shared/contracts/exchange.ts';
import { faultOf, type Fault } from '../../../shared/faults.ts';
import { exchangeEntry, type ProcessHost } from '../../processes/process-host.ts';

type ExchangeProgress = Extract<ExchangeEvent, { type: 'progress' }>;
type ExportedEvent = Extract<ExchangeEvent, { type: 'exported' }>;
type ImportedEvent = Extract<ExchangeEvent, { type: 'imported' }>;
export type ExchangeEnd =
    ExportedEvent | ImportedEvent | { readonly type: 'cancelled' } | { readonly type: 'fault'; readonly fault: Fault };

export interface ExchangeHandle {
    onProgress(listen: (progress: ExchangeProgress) => void): void;
    /** Asks the process to stop and to leave nothing behind. */
    cancel(): void;
    readonly ended: Promise<ExchangeEnd>;
}

const patienceMs = 10_000;

export function startExchange(host: ProcessHost, job: ExchangeJob): ExchangeHandle {
    const child = host.start(exchangeEntry());
    const listeners: ((progress: ExchangeProgress) => void)[] = [];
    const { promise, resolve } = Promise.withResolvers<ExchangeEnd>();
    const post = (command: ExchangeCommand): void => child.post(command);
    let end: ExchangeEnd | null = null;
    let isCancelled = false;

    child.onMessage((message) => {
        const parsed = exchangeEventSchema.safeParse(message);
        const event: ExchangeEvent = parsed.success ? parsed.data : { type: 'fault', fault: faultOf(parsed.error) };
        if (event.type === 'progress') {
            for (const listen of listeners) listen(event);
            return;
        }
        end ??= event;
        void child.end(patienceMs);
    });
    child.onExit((words) => {
        const left = tidyUp(job.staging);
        if (left !== null) end ??= { type: 'fault', fault: left };
        if (isCancelled) end ??= { type: 'cancelled' };
        resolve(end ?? { type: 'fault', fault: { kind: 'exchange-lost', message: words } });
    });
    post({ type: 'start', version: exchangeVersion, job });
    return {
        onProgress: (listen) => void listeners.push(listen),
        cancel() {
            isCancelled = true;
            post({ type: 'cancel' });
            // a long step in native code cannot be interrupted by a message
            setTimeout(() => child.kill(), patienceMs).unref();
        },
        ended: promise,
    };
}

/** Removes what a process that was killed could not. Returns why that fails; null where nothing is left. */
function tidyUp(staging: string): Fault | null {
    try {
        rmSync(staging, { recursive: true, force: true });
        return null;
    } catch (error) {
        return faultOf(error, staging);
    }
}
