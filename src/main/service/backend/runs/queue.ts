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
const entrySchema = z.object({ id: z.string(), request: requestSchema, problem: z.string().nullable() });
type QueueEntry = z.infer<typeof entrySchema>;
/** What is shown of an entry that another version wrote. */
const strangeSchema = z.object({ id: z.string(), request: z.object({ name: z.string() }) });

export interface RunQueue {
    readonly handlers: Pick<Handlers, 'queue.add' | 'queue.list' | 'queue.next' | 'queue.drop'>;
    /** A run of this app has finished: the next one may begin. */
    goOn(): void;
}

const key = 'queue of runs';
const strange =
    'Another version of Storyloop queued this run, and this one does not understand it. Remove it, or begin it there.';

export function openQueue(
    { db, clock }: Pick<OpenHome, 'db' | 'clock'>,
    start: (request: Request) => Promise<{ readonly run: string }>,
    isAtWork: () => boolean,
    changed: (rows: readonly QueuedRun[]) => void,
): RunQueue {
    let isBeginning = false;
    /** As they are stored: what another version wrote stays as it is. */
    const stored = (): readonly unknown[] => {
        const entries = readSetting(db, key);
        return Array.isArray(entries) ? entries : [];
    };
    /** What this version does not understand waits for nothing. */
    const read = (): readonly QueueEntry[] => stored().flatMap((each) => entrySchema.safeParse(each).data ?? []);
    const rows = (): readonly QueuedRun[] => stored().flatMap(rowsOf);
    function write(entries: readonly unknown[]): void {
        writeSetting(db, key, entries);
        changed(rows());
    }
    /** Replaces an entry, or leaves it out. */
    function put(id: string, entry: QueueEntry | null): void {
        write(stored().flatMap((each) => (!isEntry(each, id) ? [each] : entry === null ? [] : [entry])));
    }
    /** It leaves the queue once it is under way; one that is refused stays, with the reason. */
    async function next(): Promise<{ readonly run: string | null }> {
        const [first] = read();
        if (!first || isBeginning || isAtWork()) return { run: null };
        isBeginning = true;
        try {
            const { run } = await start(first.request);
            put(first.id, null);
            return { run };
        } catch (error) {
            const problem = describeFault(faultOf(error), 'window');
            put(first.id, { ...first, problem });
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
                write([...stored(), ...runs.map((request) => ({ id: ulid(clock()), request, problem: null }))]);
                return wasEmpty ? next() : { run: null };
            },
            'queue.list': rows,
            'queue.next': next,
            'queue.drop': ({ id }) => {
                put(id, null);
                return null;
            },
        },
        goOn: () => void next(),
    };
}

/** What is shown of a stored entry: nothing where not even its name can be read. */
function rowsOf(stored: unknown): readonly QueuedRun[] {
    const entry = entrySchema.safeParse(stored);
    if (!entry.success) {
        const { data } = strangeSchema.safeParse(stored);
        return data ? [{ id: data.id, name: data.request.name, seed: null, problem: strange }] : [];
    }
    const { id, request, problem } = entry.data;
    try {
        const { seed } = composeConfig(request.preset, request.given);
        return [{ id, name: request.name, seed, problem }];
    } catch (error) {
        return [{ id, name: request.name, seed: null, problem: describeFault(faultOf(error), 'window') }];
    }
}

function isEntry(stored: unknown, id: string): boolean {
    return strangeSchema.safeParse(stored).data?.id === id;
}
