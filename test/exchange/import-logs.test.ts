/** The published system's logs come in as a run that every query shows, and leave again byte for byte. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { episodesIn } from '../store/run/all-episodes.ts';
import type { RecordedEpisode } from '../../src/main/store/run/stories/episodes.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { readConfig, readSummary } from '../../src/main/store/run/run.ts';
import { updatesAfter } from '../../src/main/store/run/updates.ts';
import { openWorkshop, listRuns } from '../../src/main/store/home/workshop.ts';
import { temporaryFolder } from '../store/a-run.ts';
import { start } from '../store/records.ts';
import { everythingIn, expectRefusal, exporting, importing } from './jobs.ts';

const query = 'Let me tell you a long, magical tale.';
const stories = [
    ['There was a fox who said ""hello"". The end.</s>', '2 1 1'],
    ['=cmd|calc, an owl; and a bear', '3 2 1'],
    ['+1 -1 @home \u2028 日本 🦉</s>', 'Readability: 2, 0'],
    ['a story', 'I cannot rate this.'],
    ['the fox again and again and the fox', '0 0 0'],
    ['', '10 -1 2'],
] as const;
const generated = `"query","student_output","teacher_output"\r\n${stories
    .map(([story, reply]) => `"${query}","${story}","${reply}"\r\n`)
    .join('')}`;
const header =
    'avg_teacher_reward,std_teacher_reward,avg_length_bonus,std_length_bonus,new_old_ratio,mean_non_reward,mean_total_reward,entropy,policy_ratio,value_loss,student_len,prompt_words,gen_words,learning_rate,kl_coef,kl,global_step';
const batches = [
    '0.347531,0.163792,0.233642,0.10423,[1. 1.],0.0,0.648765,191.81255,"[1. 1.\n 1.0023966 1.]",[0.314561],65.199997,5769,48,1e-06,0.2,0.0,0',
    '0.309877,0.198342,0.207852,0.113433,[1. 1.],-0.001122,0.576536,211.92938,[1. ... 1.0028173],[0.27960145],59.833332,5778,99,1e-06,0.19856,0.0057,1',
];
const stats = `${header}\r\n${batches.join('\r\n')}\r\n`;

function logs(changed: { generated?: string | Buffer; stats?: string } = {}): {
    home: string;
    folder: string;
    meta: string;
} {
    const home = temporaryFolder();
    const folder = join(home, 'blm_chck_900M_ppo-1000K-seed43__2025-08-14__11-01-33');
    const meta = join(folder, 'meta_data');
    mkdirSync(meta, { recursive: true });
    writeFileSync(join(meta, 'generated.csv'), changed.generated ?? generated);
    writeFileSync(join(meta, 'batch_stats.csv'), changed.stats ?? stats);
    return { home, folder, meta };
}

it('an import is a finished run: its stories, scores, counters and settings', async () => {
    const { home, folder } = logs();
    const imported = await importing(home, folder);
    const db = openRunDatabase(join(imported.folder, 'run.sqlite'), { readonly: true, untrusted: true });
    expect(readSummary(db, start)).toMatchObject({
        kind: 'learn',
        preset: 'paper',
        state: 'finished',
        episodes: 6,
        createdAt: Date.UTC(2025, 7, 14, 11, 1, 33),
    });
    expect(readConfig(db).values).toMatchObject({ seed: 43, 'ppo.batch': 3, 'rollout.prompt': query });
    expect(updatesAfter(db, 0)).toMatchObject([
        {
            number: 1,
            inputWords: 5769,
            studentWords: 48,
            tokensTrained: 4 * 196,
            scoreMean: 4,
            klMean: 0,
            unreadableCount: 0,
        },
        {
            number: 2,
            inputWords: 5778,
            studentWords: 99,
            lr: 1e-6,
            klCoefficient: 0.19856,
            valueLoss: 0.27960145,
            unreadableCount: 1,
        },
    ]);
    const told = episodesIn(db);
    expect(told.map(({ story }) => story)).toEqual(
        stories.map(([story]) => story.replaceAll('""', '"').replace(/<\/s>$/, '')),
    );
    expect(told.map(({ total, finished }) => [total, finished])).toEqual([
        ...[
            [4, true],
            [6, false],
            [2, true],
        ],
        ...[
            [null, false],
            [0, false],
            [6, false],
        ], // as published: "10 -1 2" reads 3, 1, 2 (T3)
    ]);
    expect(told[0]!.reward).toBeCloseTo((4 / 9 + (0.4 * 10) / 90) / 1.4); // ten words, the end among them
    expect(told[3]!.reward).toBeCloseTo((0.5 + (0.4 * 2) / 90) / 1.4); // unreadable counts half (T2)
    expect(episodesIn(db, { text: 'fox' })).toHaveLength(2);
    db.close();
    const workshop = openWorkshop(home);
    expect(listRuns(workshop, start)).toMatchObject([{ kind: 'run', summary: { state: 'finished' } }]);
    workshop.db.close();
});

const withoutMoments = (episode: RecordedEpisode): object => {
    return { ...episode, ratings: episode.ratings.map(({ at: _, ...rating }) => rating) };
};

it('what came in leaves byte for byte, and comes in again as the same', async () => {
    const { home, folder } = logs();
    const { folder: run } = await importing(home, folder);
    const to = join(home, 'out');
    await exporting(
        join(run, 'run.sqlite'),
        [
            { what: 'episodes', as: 'authors' },
            { what: 'metrics', as: 'authors' },
        ],
        to,
    );
    expect(readFileSync(join(to, 'meta_data', 'generated.csv'), 'utf8')).toBe(generated);
    expect(readFileSync(join(to, 'meta_data', 'batch_stats.csv'), 'utf8')).toBe(stats);
    expect(readFileSync(join(to, 'meta_data', 'ppo.yaml'), 'utf8')).toBe('batch_size: 3\n');
    const again = await importing(home, to, { name: 'again' });
    const [one, other] = [run, again.folder].map((place) => {
        const db = openRunDatabase(join(place, 'run.sqlite'), { readonly: true });
        const read = [updatesAfter(db, 0).map(({ at: _, ...update }) => update), episodesIn(db).map(withoutMoments)];
        db.close();
        return read;
    });
    expect(other).toEqual(one);
});

it('the same logs a second time are recognised, wherever they lie; under another name they come in again', async () => {
    const { home, folder, meta } = logs();
    const first = await importing(home, folder);
    const database = join(first.folder, 'run.sqlite');
    const knownRuns = [{ id: 'first', database }];
    openRunDatabase(database, { readonly: true }).close(); // a reader leaves its marks beside a record
    const copied = join(home, 'copied');
    cpSync(meta, copied, { recursive: true });
    for (const source of [folder, meta, copied])
        await expectRefusal(
            home,
            source,
            /^These logs are here already, as the run "blm_chck_900M.*" \(2025-08-14-blm.*\); nothing was imported\. To have them twice, give the copy another name\.$/,
            { knownRuns },
        );
    expect((await importing(home, copied, { knownRuns, name: 'again' })).name).toBe('again');
    writeFileSync(join(copied, 'generated.csv'), generated.replace('a story', 'another story'));
    expect((await importing(home, copied, { knownRuns })).name).toBe('copied');
});

describe('logs that are refused', () => {
    const broken: readonly (readonly [string, Parameters<typeof logs>[0] & object, RegExp])[] = [
        ['a quote that never closes', { generated: generated.slice(0, -3) }, /generated\.csv .*(quote|damaged)/],
        [
            'a quote in the middle of a cell',
            { generated: generated.replace('"a story"', 'a "story"') },
            /generated\.csv is damaged near line \d+ \(/,
        ],
        [
            'a row with too few cells',
            { generated: generated.replace('"a story",', '') },
            /generated\.csv is damaged near line \d+ \(CSV_RECORD_INCONSISTENT_COLUMNS\)/,
        ],
        [
            'a missing column',
            { stats: stats.replace('kl_coef', 'beta') },
            /batch_stats\.csv lacks the column "kl_coef"; nothing was imported/,
        ],
        ['two columns of one name', { stats: stats.replace('new_old_ratio', 'kl') }, /two columns of one name/],
        [
            'a number that is none',
            { stats: stats.replace('191.81255', 'nan') },
            /row 1: "entropy" is "nan", which is not a number/,
        ],
        [
            'a count that is none',
            { stats: stats.replace(',5778,', ',-1,') },
            /row 2: "prompt_words" is "-1", which is not a count/,
        ],
        ['no rows', { stats: `${header}\r\n` }, /has no rows; nothing was imported/],
        [
            'files of two runs',
            { stats: `${stats}${batches[0]!}\r\n${batches[0]!}\r\n` },
            /6 stories for the 4 rows of batch_stats\.csv/,
        ],
        [
            'a story to each row, of which nobody learns',
            { stats: `${header}\r\n${Array(6).fill(batches[0]).join('\r\n')}\r\n` },
            /6 stories for the 6 rows of batch_stats\.csv, which is not the same number, of two or more/,
        ],
        ['no prompt', { generated: generated.replaceAll(query, '') }, /generated\.csv, row 1: "query" is empty/],
        ['something else', { generated: Buffer.from([0, 1, 2, 3, 255]) }, /nothing was imported/],
    ];
    it.each(broken)('%s', async (_, changed, says) => {
        const { home, folder } = logs(changed);
        await expectRefusal(home, folder, says);
    });

    it('one file without the other', async () => {
        const { home, folder, meta } = logs();
        rmSync(join(meta, 'batch_stats.csv'));
        await expectRefusal(home, folder, /There is no .*batch_stats\.csv; nothing was imported\. Both/);
    });

    it('a hostile name becomes a plain one', async () => {
        const { home, folder } = logs();
        const imported = await importing(home, folder, { name: '../../etc/passwd\u0000\n=cmd' });
        expect(imported.folder).toBe(join(home, 'runs', '2025-08-14-etc-passwd-cmd'));
        expect(everythingIn(join(home, 'runs')).filter((name) => !name.includes('/'))).toHaveLength(1);
    });
});
