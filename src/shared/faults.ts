/**
 * Everything that can go wrong, as data that crosses process boundaries. The sentence of a fault says what happened,
 * what is safe and what to do.
 */
import { z } from 'zod';
import { isSettingKey, optionName, settingLabel, type SettingKey } from './settings/names.ts';
import { isThoughtAlone, quotable } from './text/quoting.ts';

/** What a refusal is about, where a program acts on it; sentences are for people alone. */
const subjects = [
    'no-such-run',
    'no-such-set',
    /** A file of an older Storyloop, which has to be brought up to date before it is read. */
    'older',
    /** A file of a newer Storyloop, which this one cannot read. */
    'newer',
    /** A file that is damaged, or no database at all. */
    'damaged',
    /** A database that another program, or another part of Storyloop, wrote. */
    'foreign',
    /** What was asked for is not set up on this computer, and nothing is broken. */
    'not-set-up',
] as const;
export type Subject = (typeof subjects)[number];

export const faultSchema = z.discriminatedUnion('kind', [
    /**
     * `message` is for everybody; `typed` takes its place on the command line, with options and commands to type.
     * `settings`: the keys of the settings that it names.
     */
    z.object({
        kind: z.literal('bad-input'),
        message: z.string(),
        typed: z.string().optional(),
        about: z.enum(subjects).optional().catch(undefined), // a newer Storyloop may know others
        settings: z.array(z.string()).optional(),
    }),
    /** `microBatch`: sequences that were in memory at once; absent where they are not to blame. */
    z.object({
        kind: z.literal('gpu-out-of-memory'),
        phase: z.string(),
        microBatch: z.number().optional(),
        outsideRun: z.literal(true).optional(),
    }),
    z.object({ kind: z.literal('disk-full'), path: z.string() }),
    /**
     * `answers`: it is there, and says why it does not rate. `outsideRun`, here and in other faults: no run waits for
     * it; a check, an evaluation or ratings again ended.
     */
    z.object({
        kind: z.literal('teacher-lost'),
        message: z.string(),
        answers: z.literal(true).optional(),
        outsideRun: z.literal(true).optional(),
    }),
    /**
     * Not one of so many stories could be rated. `reply`: what was said of the first; `tokens`: of its longest answer.
     */
    z.object({
        kind: z.literal('teacher-unreadable'),
        stories: z.number(),
        reply: z.string(),
        tokens: z.number().optional(),
        outsideRun: z.literal(true).optional(),
    }),
    z.object({ kind: z.literal('numbers-not-finite'), phase: z.string(), where: z.string() }),
    z.object({ kind: z.literal('run-busy'), run: z.string(), holder: z.string() }),
    z.object({ kind: z.literal('database-locked'), path: z.string() }),
    /** `now`: where it was seen last, null where nobody knows. */
    z.object({ kind: z.literal('run-folder-moved'), now: z.string().nullable() }),
    z.object({ kind: z.literal('run-folder-deleted'), folder: z.string() }),
    z.object({ kind: z.literal('engine-lost'), message: z.string() }),
    z.object({ kind: z.literal('exchange-lost'), message: z.string() }),
    z.object({ kind: z.literal('unexpected'), message: z.string(), stack: z.string() }),
]);
export type Fault = Readonly<z.infer<typeof faultSchema>>;

/** How a person starts Storyloop, in sentences that say what to do. */
export const commandLine = 'npm run storyloop --';

/** Where a sentence is read. The window names no options, commands, process ids or folders. */
export type FaultReader = 'window' | 'command line';

/** One clear sentence for a person: what happened, what is safe, what to do. */
export function describeFault(fault: Fault, reader: FaultReader = 'command line'): string {
    const isTyping = reader === 'command line';
    const name = (key: SettingKey): string => (isTyping ? optionName(key) : settingLabel(key));
    const place = (path: string): string => (isTyping ? path : `“${lastPart(path)}”`);
    const goOn = isTyping ? 'resume' : 'continue'; // the command, and what the window's button says
    const toGoOn = isTyping ? 'Resume' : 'Continue';
    switch (fault.kind) {
        case 'bad-input':
            return (isTyping ? fault.typed : undefined) ?? fault.message;
        case 'gpu-out-of-memory':
            return describeFull(fault, name, isTyping);
        case 'disk-full':
            return `The disk is full (${place(fault.path)}); everything recorded before is safe. Free some space, then ${goOn} the run.`;
        case 'teacher-lost':
            return describeLost(fault, goOn);
        case 'teacher-unreadable':
            return describeUnreadable(fault, goOn);
        case 'numbers-not-finite':
            return `The ${fault.where} stopped being finite numbers while ${fault.phase}; the run stopped at its last good state. ${toGoOn} it with a lower learning rate${isTyping ? `: ${name('ppo.lr')} or ${name('pretrain.lr')}` : ''}.`;
        case 'run-busy':
            return isTyping
                ? `Another process (${fault.holder}) is working on ${fault.run}; it goes on undisturbed. Wait for it or stop it, then try again.`
                : `Another window or terminal is working on ${place(fault.run)}; it goes on undisturbed. Wait for it or pause it there, then try again.`;
        case 'database-locked':
            return isTyping
                ? `Another program keeps ${fault.path} locked, as a backup, a synchronised folder or sqlite3 may; nothing was changed. Wait until it is done or close it, then try again.`
                : `Another program keeps the record of ${place(fault.path)} locked, perhaps a backup or a synchronised folder; nothing was changed. Wait until it is done or close it, then try again.`;
        case 'run-folder-moved':
            if (fault.now === null)
                return `The run’s folder was moved, or its disk was taken away, while the run was at work; the run is paused and what it recorded is safe where the folder is now. ${toGoOn} the run from there.`;
            return `The run’s folder was moved to ${place(fault.now)} while the run was at work; the run is paused and nothing is lost. ${toGoOn} it from there.`;
        case 'run-folder-deleted':
            return `The run’s folder was deleted while the run was at work (${place(fault.folder)}), so the run has ended and its record is gone; other runs are safe. Bring the folder back, or start the run anew.`;
        case 'engine-lost':
            return `The training process ended unexpectedly${isTyping ? ` (${fault.message})` : ''}; everything recorded is safe. ${toGoOn} the run from its last state.`;
        case 'exchange-lost':
            return `The process that exports and imports ended unexpectedly${isTyping ? ` (${fault.message})` : ''}; runs are safe and no half file was left. Start it again.`;
        case 'unexpected':
            return isTyping
                ? `Something unexpected happened: ${fault.message}. Everything recorded is safe; please report it with the lines of log.jsonl.`
                : 'Something unexpected happened. Everything recorded is safe. Try again; if it happens again, please report it with the log, which says more.';
        default:
            return fault satisfies never;
    }
}

/** The last part of a path, as a person would call it; for a run's database, its folder. */
function lastPart(path: string): string {
    const parts = path.split(/[\\/]/u).filter((part) => part !== '');
    return (parts.at(-1) === 'run.sqlite' ? parts.at(-2) : undefined) ?? parts.at(-1) ?? path;
}

function describeFull(
    { phase, microBatch, outsideRun }: Extract<Fault, { kind: 'gpu-out-of-memory' }>,
    name: (key: SettingKey) => string,
    isTyping: boolean,
): string {
    const batches = microBatch === undefined ? '' : ` with micro-batches of ${microBatch}`;
    const what = `The GPU ran out of memory while ${phase}${batches}; everything recorded is safe.`;
    if (outsideRun) {
        const where = isTyping ? '' : ', in a terminal where this page does not offer it';
        return `${what} Try again when nothing else uses its memory, or on the processor: ${name('runtime.kind')} native${where}.`;
    }
    const goOn = isTyping ? 'resume' : 'continue';
    return microBatch === undefined
        ? `${what} Close what else uses its memory, then ${goOn} the run.`
        : `${what} ${isTyping ? 'Resume' : 'Continue'} the run with a smaller ${name('runtime.microBatch')}.`;
}

function describeLost(
    { message, answers, outsideRun }: Extract<Fault, { kind: 'teacher-lost' }>,
    goOn: string,
): string {
    const what = answers ? 'no longer rates' : 'stopped answering';
    const safe = outsideRun ? 'nothing that was recorded is lost' : 'the run is paused and nothing is lost';
    const next = outsideRun ? 'try again' : `${goOn} the run`;
    return `The teacher ${what} (${message}); ${safe}. ${answers ? 'Fix what it reports' : 'Start the teacher again'}, then ${next}.`;
}

function describeUnreadable(
    { stories, reply, tokens, outsideRun }: Extract<Fault, { kind: 'teacher-unreadable' }>,
    goOn: string,
): string {
    const what = stories === 1 ? 'could not rate the story' : `could rate none of ${stories} stories`;
    const said = quotable(reply, 200);
    const of = stories === 1 ? 'It said' : 'Of the first it said';
    const advice = !isThoughtAlone(reply)
        ? 'Check its model and its rubric'
        : `A model that thinks first cannot answer within ${tokens === undefined ? 'a few' : tokens} tokens: turn its thinking off, or choose another model`;
    return `The teacher ${what}; ${outsideRun ? 'nothing that was recorded is lost' : 'the run is paused and nothing is lost'}. ${of} ${said === '' ? 'nothing' : `“${said}”`}. ${advice}${outsideRun ? '' : `, then ${goOn} the run`}.`;
}

/** The same of a task that is no run: its sentence speaks of none. */
export function outsideRun(fault: Fault): Fault {
    switch (fault.kind) {
        case 'teacher-lost':
        case 'teacher-unreadable':
        case 'gpu-out-of-memory':
            return { ...fault, outsideRun: true };
        default:
            return fault;
    }
}

/** The state of a run that stopped early without being told to. */
export type StateAfterFault = 'paused' | 'interrupted' | 'failed';

/**
 * Paused: something outside the run was missing, and once it is back the run goes on as it is. Interrupted: a process
 * was killed or crashed. Failed: going on in the same way would fail again. A kind that a newer version wrote is the
 * last.
 */
export function stateAfterFault(kind: string): StateAfterFault {
    switch (kind as Fault['kind']) {
        case 'teacher-lost':
        case 'teacher-unreadable':
        case 'disk-full':
        case 'database-locked':
        case 'run-folder-moved':
            return 'paused';
        case 'engine-lost':
            return 'interrupted';
        default:
            return 'failed';
    }
}

/** An error that knows its fault; thrown inside a room, turned into data at the room's door. */
export class FaultError extends Error {
    readonly fault: Fault;
    constructor(fault: Fault) {
        super(describeFault(fault));
        this.name = 'FaultError';
        this.fault = fault;
    }
}

/** A sentence, or one that names settings and other things as its reader knows them. */
export type Sentence = string | ((name: (key: SettingKey) => string, reader: FaultReader) => string);

/**
 * Refuses input with one sentence.
 * @param toType what the command line adds to it: what to type
 */
export function badInput(sentence: Sentence, toType = ''): FaultError {
    return new FaultError(refusal(sentence, toType));
}

/** Refuses input in a way that whoever asked can tell from others, with {@link isAbout}. */
export function badInputAbout(about: Subject, sentence: Sentence, toType = ''): FaultError {
    return new FaultError({ ...refusal(sentence, toType), about });
}

/** Is the thrown value a refusal, and about this? */
export function isAbout(error: unknown, subject: Subject): boolean {
    return error instanceof FaultError && error.fault.kind === 'bad-input' && error.fault.about === subject;
}

/** The settings that the thrown value names; none where it is no refusal. */
export function settingsNamedBy(error: unknown): readonly SettingKey[] {
    return error instanceof FaultError && error.fault.kind === 'bad-input'
        ? (error.fault.settings ?? []).filter(isSettingKey)
        : [];
}

function refusal(sentence: Sentence, toType: string): Extract<Fault, { kind: 'bad-input' }> {
    const settings: string[] = [];
    const say = (reader: FaultReader, name: (key: SettingKey) => string): string =>
        typeof sentence === 'string' ? sentence : sentence(name, reader);
    const message = say('window', (key) => {
        settings.push(key);
        return settingLabel(key);
    });
    const typed = `${say('command line', optionName)}${toType === '' ? '' : ` ${toType}`}`;
    return {
        kind: 'bad-input',
        message,
        ...(typed !== message && { typed }),
        ...(settings.length > 0 && { settings }),
    };
}

/** Is there no room for what was to be written? A quota counts as a disk. */
export function isFullDisk(error: unknown): boolean {
    const code = codeOf(error);
    return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL';
}

/** What the system says of a place, in words (errno(3)). */
export function whyNot(error: unknown): string {
    const code = codeOf(error);
    switch (code) {
        case 'EROFS':
            return 'its disk is read-only';
        case 'EACCES':
        case 'EPERM':
            return 'you do not have permission';
        case 'ENOENT':
            return 'the place does not exist, or cannot hold folders';
        case 'ENOTDIR':
            return 'a file is in the way';
        case 'ENAMETOOLONG':
            return 'its name is too long';
        case 'EIO':
            return 'its disk does not respond';
        default:
            if (isFullDisk(error)) return 'the disk is full';
            return code || (error instanceof Error ? error.message : String(error));
    }
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Codes with causes outside of the program. */
const outsideCodes = ['EROFS', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'EIO'];

/**
 * What a thrown value means; what we do not know stays `unexpected`, with its stack.
 * @param place what was being written, where the system names nothing
 */
export function faultOf(error: unknown, place = 'the data folder'): Fault {
    if (error instanceof FaultError) return error.fault;
    if (!(error instanceof Error)) return { kind: 'unexpected', message: String(error), stack: '' };
    const path = 'path' in error ? String(error.path) : null;
    if (isFullDisk(error)) return { kind: 'disk-full', path: path ?? place };
    if (path !== null && outsideCodes.includes(codeOf(error))) {
        const why = (place: string): string =>
            `${place} cannot be used: ${whyNot(error)}. What was recorded is safe. Allow it, or choose another place.`;
        return { kind: 'bad-input', message: why(`“${lastPart(path)}”`), typed: why(path) };
    }
    return { kind: 'unexpected', message: error.message, stack: error.stack ?? '' };
}
