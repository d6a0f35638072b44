/**
 * Runs that wait for their turn: one begins when the one before it has finished. They are kept in `workshop.sqlite`.
 * After a pause, a failure or a restart of the app nothing begins by itself: a person says so.
 */
import { ulid } from 'ulid';
import { z } from 'zod';
import { methods } from '../../../../shared/contracts/app.ts';
import { composeConfig } from '../../../../shared/run/config.ts';
import { describeFault, faultOf } from '../../../../shared/faults.ts';
import type { QueuedRun } from '../../../../shared/views/new-run.ts';
import { readSetting, writeSetting } from '../../../store/home/workshop.ts';
import type { OpenHome } from '../../sources/home.ts';
import type { Handlers } from '../handlers.ts';

const requestSchema = z.object(methods['run.start'].shape);
type Request = z.infer<typeof requestSchema>;
const storedSchema = z.array(z.object({ id: z.string(), request: requestSchema, problem: z.string().nullable() }));
type QueueEntry = z.infer<typeof storedSchema>[number];

export interface RunQueue {
    readonly handlers: Pick<Handlers, 'queue.add' | 'queue.list' | 'queue.next' | 'queue.drop'>;
    /** A run of this app has finished: the next one may begin. */
    goOn(): void;
}

const key = 'queue of runs';

export function openQueue(
    { db, clock }: Pick<OpenHome, 'db' | 'clock'>,
    start: (request: Request) => Promise<{ readonly run: string }>,
    isAtWork: () => boolean,
    changed: (rows: readonly QueuedRun[]) => void,
): RunQueue {
    let isBeginning = false;
    /** What another version wrote and this one does not understand waits for nothing. */
    const read = (): readonly QueueEntry[] => {
        const stored = storedSchema.safeParse(readSetting(db, key) ?? []);
        return stored.success ? stored.data : [];
    };
    const rows = (): readonly QueuedRun[] =>
        read().map(({ id, request, problem }) => ({
            ...{ id, name: request.name, problem },
            seed: composeConfig(request.preset, request.given).seed,
        }));
    function write(entries: readonly QueueEntry[]): void {
        writeSetting(db, key, entries);
        changed(rows());
    }
    /** It leaves the queue once it is under way; one that is refused stays, with the reason. */
    async function next(): Promise<{ readonly run: string | null }> {
        const [first] = read();
        if (!first || isBeginning || isAtWork()) return { run: null };
        isBeginning = true;
        try {
            const { run } = await start(first.request);
            write(read().filter(({ id }) => id !== first.id));
            return { run };
        } catch (error) {
            const problem = describeFault(faultOf(error), 'window');
            write(read().map((entry) => (entry.id === first.id ? { ...entry, problem } : entry)));
            return { run: null };
        } finally {
            isBeginning = false;
        }
    }
    return {
        handlers: {
            'queue.add': async ({ runs }) => {
                for (const { preset, given } of runs) composeConfig(preset, given); // refused now, not in the night
                const wasEmpty = read().length === 0;
                write([...read(), ...runs.map((request) => ({ id: ulid(clock()), request, problem: null }))]);
                return wasEmpty ? next() : { run: null };
            },
            'queue.list': rows,
            'queue.next': next,
            'queue.drop': ({ id }) => {
                write(read().filter((entry) => entry.id !== id));
                return null;
            },
        },
        goOn: () => void next(),
    };
}
