/** Whatever is wrong is said in one sentence, ends with an exit code, and neither loses nor leaves anything. */
import {
    copyFileSync,
    cpSync,
    mkdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/main/student/checkpoints/safetensors.ts';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    oneThread,
    runsIn,
    start,
    storyloop,
    storyloopHere,
    succeeding,
    temporaryHome,
    tinyLearning,
    tinyStories,
    tinyStudent,
} from './command-line.ts';
import { recordedRun } from './recorded.ts';

const home = temporaryHome(afterAll);
let checkpoint = '';
beforeAll(async () => {
    checkpoint = await readyStudent(home);
});

/** Refused in one sentence on stderr, and the runs are what they were. */
async function expectRefusal(says: RegExp, ...args: string[]): Promise<void> {
    const before = runsIn(home);
    const { code, err } = await storyloopHere(home, ...args);
    expectSentence(err, says);
    expect(err).not.toContain(` · ${join(home, 'runs')}`); // what never began is not announced
    expect(code).toBe(1);
    expect(runsIn(home)).toEqual(before);
}

describe('a corpus', () => {
    const corpora: readonly (readonly [string, (path: string) => void, RegExp])[] = [
        ['that is missing', () => {}, /^There is no corpus at .*; nothing was started\. Name a folder or file/],
        ['that is empty', (path) => writeFileSync(path, '\n\n'), /is empty: it has no words to learn from\.$/m],
        [
            'that is binary',
            (path) => writeFileSync(path, Buffer.from([80, 75, 3, 4, 0, 0, 1])),
            /is a binary file, not text \(a NUL at byte 4\)/,
        ],
        [
            'in Latin-1',
            (path) => writeFileSync(path, Buffer.from('Es war einmal ein K\u00f6nig.\n', 'latin1')),
            /is not UTF-8 text \(byte 19\); save it as UTF-8, from an older encoding/,
        ],
        [
            'with a line of more than a string can hold',
            (path) => {
                writeFileSync(path, 'One.\n');
                truncateSync(path, 2 ** 29 + 100); // a hole takes no room on the disk
            },
            /has a line of more than 512 MiB \(it begins at byte 5\)/,
        ],
        ['without any text file', (path) => mkdirSync(path), /has no \.train and no \.txt files/],
        [
            'that cannot be read',
            (path) => {
                mkdirSync(path);
                symlinkSync(join(path, 'nowhere'), join(path, 'lost.train')); // permissions would not keep root away
            },
            /lost\.train" cannot be read \(ENOENT\)/,
        ],
    ];
    it.each(corpora)('%s', async (what, make, says) => {
        const path = join(home, `corpus ${what}`);
        make(path);
        await expectRefusal(says, 'pretrain', ...tinyStudent, '--corpus', path);
    });
});

describe('options', () => {
    it.each<[string, RegExp, string[]]>([
        ['unknown', /^error: unknown option '--ppo-learning-rate'/, ['learn', '--ppo-learning-rate', '1']],
        ['out of range', /^--ppo-lr must be a number from 0 to 1.*, not "-1"/, ['learn', '--ppo-lr=-1']],
        ['no number', /^--seed must be a whole number .*, not "tiger"/, ['learn', '--seed', 'tiger']],
        [
            'no choice',
            /There is no teacher called "parrot".*rules, reader, .*random, length/,
            ['learn', '--teacher', 'parrot'],
        ],
        [
            'heads that do not divide the width',
            /^A width of 16 cannot be split over 3 heads/,
            ['pretrain', ...tinyStudent, '--student-heads', '3'],
        ],
        [
            'minibatches that do not divide the batch',
            /^A batch of 8 stories cannot be cut into minibatches of 3/,
            ['learn', '--ppo-batch', '8', '--ppo-minibatch', '3'],
        ],
        [
            'a vocabulary smaller than the bytes',
            /^--tokenizer-vocabulary must be a whole number from 261.*, not "100"/,
            ['pretrain', '--tokenizer-vocabulary', '100'],
        ],
        [
            'a run without end',
            /^The run would never end: set --budget-words/,
            ['learn', '--budget-words', '0', '--budget-updates', '0'],
        ],
        [
            'too few words for one update',
            /^A budget of 27 input words is too small for one update, which costs 56; nothing was written/,
            ['learn', '--from', 'tiny', ...tinyLearning, '--budget-words', '27'],
        ],
        ['no prompt', /^--rollout-prompt cannot be empty/, ['tell', '--rollout-prompt', '']],
        ['no stories', /^--stories cannot be "0": it must be a whole number from 1/, ['tell', '--stories', '0']],
        [
            'stories in a precision that the processor does not have',
            /^tell computes on the processor, in float32, unless --runtime-kind names CUDA; nothing was started\./,
            ['tell', '--runtime-kind', 'auto', '--runtime-precision', 'tf32'],
        ],
    ])('%s', (_, says, args) => expectRefusal(says, ...args));

    it('a prompt and story longer than the student’s context', async () => {
        const tooLong = ['--rollout-max-new-tokens', '60'];
        for (const verb of [
            ['learn', ...tinyLearning],
            ['tell', '--json', ...oneThread],
        ])
            await expectRefusal(
                /do not fit this student, which has learned 48 positions/,
                ...verb,
                '--from',
                checkpoint,
                ...tooLong,
            );
    });
});

describe('a source', () => {
    const copy = (name: string): string => {
        const folder = join(home, name);
        cpSync(checkpoint, folder, { recursive: true });
        return folder;
    };
    const read = (file: string): Record<string, unknown> =>
        JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const edit = (file: string, change: (content: Record<string, unknown>) => void): void => {
        const content = read(file);
        change(content);
        writeFileSync(file, JSON.stringify(content));
    };
    const sources: readonly (readonly [string, () => string, RegExp])[] = [
        ['that is missing', () => 'atlantis', /^There is no checkpoint folder or run "atlantis"; nothing was started/],
        [
            'that is truncated',
            () => {
                const folder = copy('truncated');
                truncateSync(join(folder, 'model.safetensors'), 5000);
                return folder;
            },
            /model\.safetensors is damaged .*truncated.*; nothing was loaded/,
        ],
        [
            'that was tampered with',
            () => {
                const folder = copy('tampered');
                const file = join(folder, 'model.safetensors');
                const bytes = readFileSync(file);
                bytes[bytes.length - 2]! ^= 1;
                writeFileSync(file, bytes);
                return folder;
            },
            /is not the file that was saved \(its digest differs\); nothing was loaded/,
        ],
        [
            'of a newer Storyloop',
            () => {
                const folder = copy('newer');
                edit(join(folder, 'storyloop.json'), (seal) => (seal['version'] = 99));
                return folder;
            },
            /was written by a newer Storyloop \(checkpoint version 99/,
        ],
        [
            'without weights',
            () => {
                const folder = copy('weightless');
                rmSync(join(folder, 'model.safetensors'));
                return folder;
            },
            /has no model\.safetensors; nothing was loaded/,
        ],
        [
            'that is a folder of something else',
            () => {
                const folder = join(home, 'letters');
                mkdirSync(folder);
                return folder;
            },
            /is neither a checkpoint \(no config\.json\) nor a run \(no run\.sqlite\)/,
        ],
    ];
    it.each(sources)('%s', async (_, make, says) => {
        await expectRefusal(says, 'learn', '--from', make(), ...tinyLearning);
    });

    it('may be a plain Hugging Face GPT-2 folder, which learns like any other', async () => {
        const folder = join(home, 'plain GPT-2');
        mkdirSync(folder);
        copyFileSync(join(checkpoint, 'tokenizer.json'), join(folder, 'tokenizer.json'));
        const { n_layer, n_embd, n_head, n_positions, vocab_size } = read(join(checkpoint, 'config.json'));
        writeFileSync(
            join(folder, 'config.json'),
            JSON.stringify({ model_type: 'gpt2', n_layer, n_embd, n_head, n_positions, vocab_size }),
        );
        const { tensors } = readSafetensors(join(checkpoint, 'model.safetensors'));
        // as GPT2Model saves it
        const bare = new Map([...tensors].map(([name, tensor]) => [name.replace(/^transformer\./, ''), tensor]));
        writeSafetensors(join(folder, 'model.safetensors'), bare, { type: 'F32', metadata: { format: 'pt' } });
        const told = await storyloop(home, 'tell', '--from', folder, '--json', ...tinyStories, ...oneThread);
        const same = await storyloop(home, 'tell', '--from', checkpoint, '--json', ...tinyStories, ...oneThread);
        const stories = (lines: typeof told.lines): unknown[] => lines.filter(({ type }) => type === 'story');
        expect(stories(told.lines)).toHaveLength(3);
        expect(stories(told.lines)).toEqual(stories(same.lines));
        const learned = await succeeding(
            home,
            'learn',
            '--name',
            'foreign',
            '--from',
            folder,
            ...tinyLearning,
            '--budget-updates',
            '1',
        );
        expect(recordedRun(learned['run'] as string).updates).toHaveLength(1);
    });
});

describe('a name', () => {
    it.each([
        ['of a run that is empty', ['pretrain', '--name', ''], /^The name of a run cannot be empty/],
        ['of a run that breaks the line', ['learn', '--name', 'two\nlines'], /^The name of a run cannot hold line/],
        ['of a set that nobody sees', ['sets', 'make', 'x', '--name', '\u200b'], /^The name of a rating set cannot be/],
    ])('%s', async (_, args, says) => {
        const home = temporaryHome();
        const { code, err } = await storyloop(home, ...args);
        expect(code).toBe(1);
        expectSentence(err, says);
        expect(runsIn(home)).toEqual([]);
    });
});

describe('a run', () => {
    it('written by a newer Storyloop, without its source, or with a resume state that is not its own', async () => {
        const started = start(home, [
            'learn',
            '--name',
            'half',
            '--from',
            checkpoint,
            ...tinyLearning,
            '--budget-updates',
            '30',
        ]);
        const folder = (await started.line(({ type }) => type === 'run'))!['run'] as string;
        await started.line(({ type }) => type === 'update');
        started.process.kill('SIGINT');
        await started.ended;
        const resume = join(folder, 'resume.safetensors');
        const good = readFileSync(resume);
        const refused = (says: RegExp): Promise<void> => expectRefusal(says, 'resume', folder, '--json');

        writeFileSync(resume, good.subarray(0, good.length - 9));
        await refused(/resume\.safetensors is damaged/);
        const altered = Buffer.from(good);
        altered[altered.length - 2]! ^= 1;
        writeFileSync(resume, altered);
        await refused(/is not the one that was saved; nothing was loaded/);
        writeFileSync(resume, good);

        const source = readFileSync(join(folder, 'source.json'));
        writeFileSync(join(folder, 'source.json'), '{"version":1');
        await refused(/does not say what it works on \(source\.json\)/);
        writeFileSync(join(folder, 'source.json'), source);

        const version = exchangeVersion(join(folder, 'run.sqlite'), 99);
        await refused(/was written by a newer Storyloop \(version 99, this one knows \d+\); nothing was changed/);
        exchangeVersion(join(folder, 'run.sqlite'), version);

        await succeeding(home, 'resume', folder, '--json'); // nothing of all this has harmed it
        expect(recordedRun(folder).updates).toHaveLength(30);
    });

    /** Gives the version it had. */
    function exchangeVersion(file: string, version: number): number {
        const db = new Database(file);
        const was = Number(db.pragma('user_version', { simple: true }));
        db.pragma(`user_version = ${version}`);
        db.close();
        return was;
    }

    it('that another process is working on', async () => {
        const started = start(home, [
            'learn',
            '--name',
            'busy',
            '--from',
            checkpoint,
            ...tinyLearning,
            '--budget-updates',
            '400',
            '--evaluation-stories',
            '0',
        ]);
        await started.line(({ type }) => type === 'update');
        await expectRefusal(
            /^Another process \(\d+@[0-9a-f]+\) is working on .*; it goes on undisturbed/,
            'resume',
            'busy',
        );
        started.process.kill('SIGINT');
        expect((await started.ended).lines.at(-1)).toMatchObject({ type: 'paused' });
    });

    it('in a data folder that cannot be made', async () => {
        writeFileSync(join(home, 'a file'), '');
        const { code, err } = await storyloop(join(home, 'a file', 'home'), 'runs');
        expect(code).toBe(1);
        expectSentence(
            err,
            /^The data folder .* cannot be made or written to \(a file is in the way\); nothing was changed/,
        );
    });

    it('whose folder was refused is told to machines as well', async () => {
        const { code, lines } = await storyloop(home, 'learn', '--from', 'atlantis', '--json');
        expect(code).toBe(1);
        expect(lines).toMatchObject([
            { type: 'fault', kind: 'bad-input', run: null, sentence: expect.stringMatching(/atlantis/) as string },
        ]);
    });
});
