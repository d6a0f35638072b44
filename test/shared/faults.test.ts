/** Faults are data: they cross processes, and each says what happened, what is safe and what to do. */
import { describe, expect, it } from 'vitest';
import {
    badInput,
    badInputAbout,
    describeFault,
    FaultError,
    faultOf,
    faultSchema,
    isAbout,
    outsideRun,
    settingsNamedBy,
    stateAfterFault,
    type Fault,
} from '../../src/shared/faults.ts';

const faults: readonly Fault[] = [
    { kind: 'bad-input', message: 'The corpus is empty.' },
    { kind: 'gpu-out-of-memory', phase: 'learning', microBatch: 8 },
    { kind: 'gpu-out-of-memory', phase: 'computing' },
    { kind: 'gpu-out-of-memory', phase: 'scoring', microBatch: 8, outsideRun: true },
    { kind: 'disk-full', path: '/full' },
    { kind: 'teacher-lost', message: 'no answer' },
    { kind: 'teacher-lost', message: 'no answer', outsideRun: true },
    { kind: 'teacher-lost', message: 'it answers 429', answers: true },
    { kind: 'teacher-unreadable', stories: 20, reply: '<think>\nThe story', tokens: 8 },
    { kind: 'teacher-unreadable', stories: 1, reply: 'I like it.', outsideRun: true },
    { kind: 'numbers-not-finite', phase: 'learning', where: 'loss' },
    { kind: 'run-busy', run: 'owl', holder: '12@machine' },
    { kind: 'database-locked', path: '/runs/owl/run.sqlite' },
    { kind: 'run-folder-moved', now: '/runs/elsewhere' },
    { kind: 'run-folder-moved', now: null },
    { kind: 'run-folder-deleted', folder: '/runs/owl' },
    { kind: 'engine-lost', message: 'signal SIGKILL' },
    { kind: 'exchange-lost', message: 'signal SIGKILL' },
    { kind: 'unexpected', message: 'boom', stack: 'at nowhere' },
];

describe('every fault', () => {
    it('is covered here', () =>
        expect([...new Set(faults.map(({ kind }) => kind))]).toEqual(
            faultSchema.options.map(({ shape }) => shape.kind.value),
        ));

    it.each(faults)('$kind crosses a process boundary and reads as a sentence', (fault) => {
        expect(faultSchema.parse(structuredClone(fault))).toEqual(fault);
        const sentence = describeFault(fault);
        expect(sentence).toMatch(/^[A-Z][^\n]*\.$/);
        expect(sentence).not.toMatch(/undefined|\[object/);
        expect(faultOf(new FaultError(fault))).toEqual(fault);
        if (fault.kind !== 'bad-input')
            expect(sentence).toMatch(
                /safe|nothing is lost|nothing that was recorded is lost|nothing was changed|undisturbed|last good state/,
            );
    });
});

it('a full GPU has a way out that can be taken: in a run, and where there is none', () => {
    const full: Fault = { kind: 'gpu-out-of-memory', phase: 'scoring', microBatch: 8 };
    const what = 'The GPU ran out of memory while scoring with micro-batches of 8; everything recorded is safe.';
    expect(describeFault(full)).toBe(`${what} Resume the run with a smaller --runtime-micro-batch.`);
    expect(describeFault(full, 'window')).toBe(`${what} Continue the run with a smaller Micro-batch.`);
    expect(describeFault(outsideRun(full))).toBe(
        `${what} Try again when nothing else uses its memory, or on the processor: --runtime-kind native.`,
    );
    expect(describeFault(outsideRun(full), 'window')).toBe(
        `${what} Try again when nothing else uses its memory, or on the processor: Runtime native, in a terminal where this page does not offer it.`,
    );
    expect(describeFault({ kind: 'gpu-out-of-memory', phase: 'computing' })).toBe(
        'The GPU ran out of memory while computing; everything recorded is safe. Close what else uses its memory, then resume the run.',
    );
    const other: Fault = { kind: 'engine-lost', message: 'signal SIGKILL' };
    expect(outsideRun(other)).toBe(other);
});

it('a teacher that rates nothing is quoted, and told that thoughts leave no room for an answer', () => {
    const said = (reply: string, stories = 20): string =>
        describeFault({ kind: 'teacher-unreadable', stories, reply, tokens: 8 });
    expect(said('<think>\n\nThe story')).toBe(
        'The teacher could rate none of 20 stories; the run is paused and nothing is lost. Of the first it said “<think> The story”. A model that thinks first cannot answer within 8 tokens: turn its thinking off, or choose another model, then resume the run.',
    );
    expect(said('', 1)).toMatch(
        /^The teacher could not rate the story; .* It said nothing\. A model that thinks first/,
    );
    for (const thought of ['<|channel|>analysis', '[THINK]so', '<reasoning>', ' \n'])
        expect(said(thought)).toContain('A model that thinks first');
    expect(said('I think it is good.')).toContain('Check its model and its rubric, then resume the run.');
    const hostile = said(`\u001b[31mred\u0007\u202e${'x'.repeat(5000)}`);
    expect(hostile).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(hostile.length).toBeLessThan(400);
});

describe('in the window', () => {
    const hidden: readonly Fault[] = [
        { kind: 'disk-full', path: '/home/ada/Storyloop/runs/owl/run.sqlite' },
        { kind: 'run-busy', run: '/home/ada/Storyloop/runs/owl/run.sqlite', holder: '31314@8f7e7cfab170' },
        { kind: 'database-locked', path: 'C:\\Users\\ada\\runs\\owl\\run.sqlite' },
        { kind: 'run-folder-moved', now: '/home/ada/elsewhere/owl' },
        { kind: 'run-folder-deleted', folder: '/home/ada/Storyloop/runs/owl' },
        { kind: 'engine-lost', message: 'signal SIGKILL' },
        { kind: 'unexpected', message: "ENOENT: no such file or directory, open '/home/ada/x'", stack: 'at nowhere' },
        faultOf(Object.assign(new Error('EACCES: open'), { code: 'EACCES', path: '/home/ada/there' })),
        badInput((name) => `Raise ${name('budget.words')} or lower ${name('ppo.batch')}.`).fault,
        badInput('There is no run "owl".', `List those in /home/ada with: npm run storyloop -- runs`).fault,
    ];
    it.each([...faults, ...hidden])('$kind names no option, command, process or folder', (fault) => {
        const sentence = describeFault(fault, 'window');
        expect(sentence).toMatch(/^[A-Z“][^\n]*\.$/);
        expect(sentence).not.toMatch(/undefined|--|`|npm run|@|ada|\bE[A-Z]{4,}|SIG[A-Z]+|sqlite/);
        expect(sentence).not.toMatch(/resume/i); // its button says Continue
    });

    it('a run is called by its folder, and a setting by its label', () => {
        expect(describeFault(hidden[1]!, 'window')).toMatch(/^Another window or terminal is working on “owl”;/);
        expect(describeFault(hidden[2]!, 'window')).toMatch(/the record of “owl” locked/);
        expect(hidden[8]).toMatchObject({ settings: ['budget.words', 'ppo.batch'] });
        expect(describeFault(hidden[8]!, 'window')).toBe('Raise Word budget or lower Batch size.');
        expect(describeFault(hidden[8]!)).toBe('Raise --budget-words or lower --ppo-batch.');
        expect(describeFault(hidden[9]!)).toBe(
            'There is no run "owl". List those in /home/ada with: npm run storyloop -- runs',
        );
    });
});

describe('what a refusal is about', () => {
    const newer = badInputAbout('newer', (name) => `A newer Storyloop knows ${name('ppo.batch')} otherwise.`);

    it('is asked of the fault, not of its sentence', () => {
        expect(isAbout(newer, 'newer')).toBe(true);
        expect(isAbout(newer, 'older')).toBe(false);
        expect(isAbout(new Error('by a newer Storyloop'), 'newer')).toBe(false);
        expect(settingsNamedBy(newer)).toEqual(['ppo.batch']);
        expect(settingsNamedBy(badInput('There is no run.'))).toEqual([]);
    });

    it('crosses a process boundary with it', () => {
        const sent: unknown = JSON.parse(JSON.stringify(newer.fault));
        expect(isAbout(new FaultError(faultSchema.parse(sent)), 'newer')).toBe(true);
    });

    it('may be a word of a newer version, which tells this one nothing', () => {
        const fault = faultSchema.parse({ kind: 'bad-input', message: 'It rains.', about: 'weather' });
        expect(describeFault(fault)).toBe('It rains.');
        expect(fault).toMatchObject({ about: undefined });
    });

    it('leaves room for a sentence of its own for each reader', () => {
        const { fault } = badInput((_, reader) => `Choose it ${reader === 'window' ? 'here' : 'with an option'}.`);
        expect(describeFault(fault, 'window')).toBe('Choose it here.');
        expect(describeFault(fault)).toBe('Choose it with an option.');
    });
});

describe('a run that a fault has stopped', () => {
    it.each([
        ['paused', ['teacher-lost', 'teacher-unreadable', 'disk-full', 'database-locked', 'run-folder-moved']],
        ['interrupted', ['engine-lost']],
        ['failed', ['bad-input', 'numbers-not-finite', 'gpu-out-of-memory', 'unexpected', 'of a newer version']],
    ] as const)('reads %s', (state, kinds) => {
        for (const kind of kinds) expect([kind, stateAfterFault(kind)]).toEqual([kind, state]);
    });

    it('is called paused in its sentence only where it reads so', () => {
        for (const fault of faults)
            if (describeFault(fault).includes('the run is paused')) expect(stateAfterFault(fault.kind)).toBe('paused');
    });
});

describe('what was thrown', () => {
    it('becomes a full disk where the system, a quota or SQLite says so', () => {
        expect(faultOf(Object.assign(new Error('write'), { code: 'EDQUOT' })).kind).toBe('disk-full');
        expect(faultOf(Object.assign(new Error('write'), { code: 'ENOSPC', path: '/full/file' }))).toEqual({
            kind: 'disk-full',
            path: '/full/file',
        });
        expect(faultOf(Object.assign(new Error('write'), { code: 'SQLITE_FULL' })).kind).toBe('disk-full');
        const unnamed = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        expect(faultOf(unnamed, '/mnt/stick/out')).toEqual({ kind: 'disk-full', path: '/mnt/stick/out' });
    });

    it.each([
        ['EROFS', 'its disk is read-only'],
        ['EACCES', 'you do not have permission'],
        ['ENAMETOOLONG', 'its name is too long'],
    ])('is a sentence where the system refuses a place (%s)', (code, words) => {
        const fault = faultOf(Object.assign(new Error(`${code}: open`), { code, path: '/there' }));
        expect(describeFault(fault)).toMatch(new RegExp(`^/there cannot be used: ${words}\\. .*safe`));
    });

    it('stays unexpected, with its stack, where nobody knows it', () => {
        expect(faultOf(new TypeError('x is not a function'))).toMatchObject({
            kind: 'unexpected',
            message: 'x is not a function',
            stack: expect.stringContaining('faults.test') as string,
        });
        expect(faultOf('a text')).toEqual({ kind: 'unexpected', message: 'a text', stack: '' });
        expect(faultOf(undefined).kind).toBe('unexpected');
    });

    it('keeps its own sentence when it is bad input', () => expect(describeFault(badInput('No.').fault)).toBe('No.'));
});
