/**
 * The teacher on trial, from the command line: a student learns, people rate its stories blind, the report holds what
 * is known of them, and another student is paid what people would.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';
import { readCalibration } from '../../src/shared/ratings/calibration-line.ts';
import { openRatingSets } from '../../src/main/service/sets/rating-sets.ts';
import { episodesIn } from '../store/run/all-episodes.ts';
import { openRunDatabase, openSetDatabase } from '../../src/main/store/connection/open.ts';
import { setItems, setStories } from '../../src/main/store/sets/rating-set.ts';
import { readConfig } from '../../src/main/store/run/run.ts';
import { parseCalibration } from '../../src/shared/ratings/calibration.ts';
import { readyStudent } from '../support/ready-student.ts';
import {
    expectSentence,
    runsIn,
    storyloop,
    storyloopHere,
    succeeding,
    temporaryHome,
    tinyLearning,
    type JsonLine,
} from './command-line.ts';

const home = temporaryHome(afterAll);
const random = new RandomStream('two people rate'); // how often intervals hold is tested with the statistics
const calibrationFile = join(home, 'calibration.json');
let learned: JsonLine;
let set: string;
let worthOf: ReadonlyMap<number, number>;

/** What people think a story is worth, 0–3: its place among the set's stories by the teacher's sum. */
function worths(runDatabase: string, chosen: readonly number[]): ReadonlyMap<number, number> {
    const db = openRunDatabase(runDatabase, { readonly: true });
    const totals = new Map(episodesIn(db).map(({ number, total }) => [number, total!]));
    db.close();
    const sorted = chosen.toSorted((a, b) => totals.get(a)! - totals.get(b)! || a - b);
    return new Map(sorted.map((episode, place) => [episode, Math.floor((4 * place) / sorted.length)]));
}

const steps = [
    { step: -1, chance: 0.15 },
    { step: 0, chance: 0.7 },
    { step: 1, chance: 0.15 },
];
const given = (worth: number, step: number): number => Math.min(3, Math.max(0, worth + step));

beforeAll(async () => {
    await readyStudent(home);
    learned = await succeeding(home, 'learn', '--name', 'one', '--from', 'tiny', ...tinyLearning, '--ppo-batch', '20');
    const made = await succeeding(home, 'sets', 'make', 'one', '--stories', '40', '--name', 'trial', '--json');
    expect(made).toMatchObject({ type: 'result', name: 'trial', stories: 40, items: 44 });
    set = made['file'] as string;
    const db = openSetDatabase(set, { readonly: true });
    const [stories, items] = [setStories(db), setItems(db)];
    db.close();
    worthOf = worths(
        learned['sqlite'] as string,
        stories.map(({ episode }) => episode),
    );
    vi.stubEnv('STORYLOOP_HOME', home);
    for (const rater of ['ada', 'ben']) {
        const desk = openRatingSets().desk('trial', rater);
        for (const { position, story } of items) {
            const worth = worthOf.get(stories.find(({ id }) => id === story)!.episode)!;
            const scores = Object.fromEntries(
                ['readability', 'coherence', 'creativity'].map((criterion) => {
                    const draw = random.fork(rater, position, criterion).uniform();
                    return [criterion, given(worth, draw < 0.15 ? -1 : draw < 0.3 ? 1 : 0)];
                }),
            );
            const rest = { dwellMs: 1000, flagged: false, note: '' };
            expect(desk.answer({ position, number: 1, kind: 'scored', scores, ...rest })).toBe('recorded');
        }
        desk.close();
    }
});
afterEach(() => {
    vi.unstubAllEnvs();
});

it('reports the known agreement of two raters inside its intervals, and the teacher beside them', async () => {
    const { code, lines, err } = await storyloop(home, 'agreement', 'trial', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    // on average over all that the noise can do to these stories
    let [chances, meanSquare, sum, squares] = [0, 0, 0, 0];
    for (const worth of worthOf.values())
        for (const a of steps)
            for (const b of steps) {
                const chance = a.chance * b.chance;
                chances += chance;
                meanSquare += chance * (given(worth, a.step) - given(worth, b.step)) ** 2;
                sum += chance * given(worth, a.step);
                squares += chance * given(worth, a.step) ** 2;
            }
    const known = 1 - meanSquare / chances / (2 * (squares / chances - (sum / chances) ** 2));
    const pairs = lines.filter(({ type }) => type === 'agreement') as unknown as readonly (JsonLine & {
        readonly criterion: string;
        readonly raters: readonly string[];
        readonly low: Record<string, number>;
        readonly high: Record<string, number>;
    })[];
    const holds = ['readability', 'coherence', 'creativity'].map((criterion) => {
        const people = pairs.find((pair) => pair.criterion === criterion && pair.raters.join() === 'ada,ben')!;
        expect(people['n']).toBe(40);
        const [low, high] = [people.low['qwk']!, people.high['qwk']!];
        expect(Math.abs(known - (low + high) / 2)).toBeLessThan(high - low); // never farther off than twice its reach
        return low < known && known < high;
    });
    // one 95 % interval in twenty misses what it is after: of three draws, one may
    expect(holds.filter((each) => each).length).toBeGreaterThanOrEqual(2);
    const teacher = pairs.find(
        ({ criterion, raters }) => criterion === 'sum' && raters[0] === 'mean' && /rules/.test(raters[1]!),
    );
    expect(teacher!['spearman']).toBeGreaterThan(0.8); // people were made to follow its order
    expect(lines.filter(({ type }) => type === 'retest').map(({ rater, n }) => [rater, n])).toContainEqual(['ada', 4]);
});

it('pays another student what people would, and keeps the table with the run', async () => {
    const made = await succeeding(home, 'calibrate', 'trial', '--to', calibrationFile, '--json');
    expect(made).toMatchObject({ type: 'result', stories: 40, people: 2 });
    const { run } = await succeeding(
        home,
        'learn',
        '--name',
        'paid',
        '--from',
        'tiny',
        ...tinyLearning,
        '--reward-calibration',
        calibrationFile,
    );
    const calibration = parseCalibration(readFileSync(calibrationFile, 'utf8'), 'calibration');
    const db = openRunDatabase(join(run as string, 'run.sqlite'), { readonly: true });
    expect(JSON.parse(readConfig(db).values['reward.calibration'])).toEqual(calibration);
    const stages = episodesIn(db).map((episode) => episode.stages);
    db.close();
    expect(stages.length).toBeGreaterThan(0);
    for (const { fraction, calibrated } of stages)
        expect(calibrated).toBeCloseTo(readCalibration(calibration.sum.points, fraction!), 12);
    expect(stages.some(({ fraction, calibrated }) => Math.abs(fraction! - calibrated!) > 0.05)).toBe(true);
});

it.each([
    {
        what: 'another teacher',
        args: ['--teacher', 'random'],
        spoil: (text: string) => text,
        says: /fitted to the teacher "/,
    },
    {
        what: 'another rubric',
        args: [],
        spoil: (text: string) => text.replace(/"rubric": "[^"]+"/, '"rubric": "another"'),
        says: /ratings by another rubric/,
    },
    {
        what: 'a newer version',
        args: [],
        spoil: (text: string) => text.replace(/"version": 1/, '"version": 9'),
        says: /newer Storyloop/,
    },
])('starts nothing with a calibration for $what', async ({ args, spoil, says }) => {
    const file = join(home, 'spoiled.json');
    writeFileSync(file, spoil(readFileSync(calibrationFile, 'utf8')));
    const before = runsIn(home);
    const refused = [
        'learn',
        '--name',
        'refused',
        '--from',
        'tiny',
        ...tinyLearning,
        ...args,
        '--reward-calibration',
        file,
    ];
    const { code, err } = await storyloopHere(home, ...refused);
    expect(code).toBe(1);
    expectSentence(err, says);
    expect(runsIn(home)).toEqual(before);
});

it('lists, exports and takes back a set, and says in a sentence what it cannot', async () => {
    const listed = await succeeding(home, 'sets', '--json');
    expect(listed).toMatchObject({
        type: 'set',
        name: 'trial',
        raters: [
            { name: 'ada', scored: 44 },
            { name: 'ben', scored: 44 },
        ],
    });
    const sent = join(home, 'sent.sqlite');
    await succeeding(home, 'sets', 'export', 'trial', '--to', sent, '--json');
    expect(await succeeding(home, 'sets', 'import', sent, '--json')).toMatchObject({
        kind: 'merged',
        added: 0,
        known: 88,
        conflicts: 0,
    });
    const there = temporaryHome();
    expect(await succeeding(there, 'sets', 'import', sent, '--json')).toMatchObject({ kind: 'new' });
    for (const [args, says] of [
        [['sets', 'export', 'trial', '--to', sent], /exists already/],
        [['sets', 'import', join(home, 'none')], /no rating set at/],
        [['sets', 'make', 'one', '--name', 'x', '--stories', 'many'], /--stories cannot be "many"/],
        [['agreement', 'nothing'], /no rating set "nothing"/],
        [['agreement', 'trial', '--scale', '1-5'], /knows its scale/],
        [['calibrate', 'trial', '--to', sent], /exists already/],
    ] as const) {
        const { code, err } = await storyloopHere(home, ...args);
        expect(code).toBe(1);
        expect(err).toMatch(says);
        expect(err.trim().split('\n')).toHaveLength(1);
    }
});
