/** Finished runs that were recorded for the tests of Compare: what each setting gained is known, to its own noise. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '../../src/main/learning/random.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';
import type { RatingRecord, SampleRecord } from '../../src/shared/run/record.ts';
import { acquireLease, releaseLease } from '../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { createRunFolder } from '../../src/main/store/home/run-folder.ts';
import { beginAttempt, endAttempt } from '../../src/main/store/run/attempts.ts';
import { recordEvaluation } from '../../src/main/store/run/evaluations.ts';
import { registerRater } from '../../src/main/store/run/ratings/ratings.ts';
import { recordUpdate } from '../../src/main/store/run/updates.ts';
import { anUpdate, episodesOf, prompt, rubric, start } from '../store/records.ts';

export interface RecordedSetting {
    readonly name: string;
    readonly seed: number;
    readonly given: Readonly<Record<string, number | string>>;
    /** Points of nine that its stories gain. */
    readonly gain: number;
    readonly teacher?: string;
    /** Before and after learning each. */
    readonly stories?: number;
    readonly updates?: number;
    /** Stands at the end of every evaluated story. */
    readonly ending?: string;
    /** Stand at the beginning of those before learning, and of those after it. */
    readonly beginnings?: readonly [string, string];
    /** A second judge that read the evaluated stories, and the points that they gain by it. */
    readonly judge?: { readonly name: string; readonly gain: number };
}

const criteria = ['readability', 'coherence', 'creativity'] as const;
const words = ['owl', 'lamp', 'river', 'fox', 'moon', 'jar', 'bridge', 'baker', 'snow', 'boat'] as const;

/** Records updates whose scores rise, and clean evaluations before and after, on stories of the run's own seed. */
export function recordSetting(
    home: string,
    {
        name,
        seed,
        given,
        gain,
        teacher = 'rules',
        stories = 120,
        updates = 40,
        ending = '',
        beginnings = ['', ''],
        judge,
    }: RecordedSetting,
): void {
    const random = new RandomStream('recorded setting', name, seed);
    const config = {
        version: configVersion,
        preset: 'quick',
        values: composeConfig('quick', { ...given, seed }),
    } as const;
    const at = start + seed * 60_000;
    const folder = createRunFolder(home, { name, kind: 'learn', config }, () => at);
    writeFileSync(join(folder.folder, 'source.json'), JSON.stringify({ version: 1, kind: 'learn', source: 'shipped' }));
    const db = openRunDatabase(folder.database, { readonly: false });
    const scoresOf = (ability: number, noise: RandomStream): Readonly<Record<string, number>> =>
        Object.fromEntries(
            criteria.map((each) => [each, Math.min(3, Math.max(0, (ability + 0.9 * noise.normal()) / 3))]),
        );
    try {
        const lease = acquireLease(db, () => at);
        registerRater(lease, { id: teacher, kind: 'teacher', name: teacher }, rubric);
        if (judge) registerRater(lease, { id: judge.name, kind: 'teacher', name: judge.name }, rubric);
        beginAttempt(lease, { node: 'v24' });
        const evaluate = (phase: 'before' | 'after', ability: number): void => {
            const samples: SampleRecord[] = [];
            const ratings: RatingRecord[] = [];
            const noise = random.fork(phase);
            for (let i = 0; i < stories; i++) {
                const length = 20 + Math.floor(20 * noise.uniform()) + (phase === 'after' ? 4 : 0);
                const said = Array.from({ length }, () => words[Math.floor(words.length * noise.uniform())]!);
                const story = beginnings[phase === 'before' ? 0 : 1] + said.join(' ') + ending;
                const id = 1000 * seed + i;
                samples.push({ seed: id, prompt, story, tokens: Uint16Array.of(5, 6), words: length, finished: true });
                const scores = scoresOf(ability, noise);
                ratings.push({ kind: 'scored', story: id, rater: teacher, at, reading: 'rules', scores });
            }
            const totals = ratings.map((rating) =>
                rating.kind === 'scored' ? Object.values(rating.scores).reduce((sum, each) => sum + each, 0) : 0,
            );
            const mean = totals.reduce((sum, each) => sum + each, 0) / stories;
            const half = (1.96 * Math.sqrt(totals.reduce((sum, each) => sum + (each - mean) ** 2, 0))) / stories;
            const means = { score: mean, 'score.low': mean - half, 'score.high': mean + half };
            const results = { ...means, stories, unreadable: 0, words: phase === 'after' ? 34 : 30 };
            const update = phase === 'before' ? 0 : updates;
            const evaluation = {
                phase,
                update,
                at,
                inputWords: update * 12,
                digest: `${name} ${phase}`,
                results,
            } as const;
            const seen = random.fork('judge', phase);
            const judgements = (judge ? samples : []).map(({ seed: story }): RatingRecord => {
                const scores = scoresOf(phase === 'before' ? 3.9 : 3.9 + judge!.gain, seen);
                return { kind: 'scored', story, rater: judge!.name, at: at + 1, reading: 'rules', scores };
            });
            recordEvaluation(lease, evaluation, samples, [...ratings, ...judgements]);
        };
        evaluate('before', 3.9);
        for (let update = 1; update <= updates; update++) {
            const ability = 3.9 + (gain * update) / updates + 0.12 * random.fork('update', update).normal();
            const told = random.fork('told', update);
            const episodes = episodesOf(update, 4).map((episode) => {
                const more = Array.from({ length: 24 }, () => words[Math.floor(words.length * told.uniform())]!);
                const story = `${episode.story} ${more.join(' ')}.`; // long enough to say something of style
                return { ...episode, story, words: story.split(' ').length };
            });
            const ratings = episodes.map(({ number }): RatingRecord => {
                const scores = scoresOf(ability, random.fork('story', number));
                return { kind: 'scored', story: number, rater: teacher, at, reading: 'rules', scores };
            });
            const inputWords = 300 + update * 12 + seed;
            const means = Object.fromEntries(criteria.map((each) => [`score.${each}`, ability / 3])); // as engines tell them
            const metrics = { ...anUpdate(update, `${name} ${update}`), inputWords, scoreMean: ability, extras: means };
            recordUpdate(
                lease,
                { ...metrics, klMean: 0.05 * update * (1 + 0.1 * random.fork('kl', update).normal()) },
                episodes,
                ratings,
            );
        }
        evaluate('after', 3.9 + gain);
        endAttempt(lease, { reason: 'finished', at, message: `all ${updates} updates are done` });
        releaseLease(lease);
    } finally {
        db.close();
    }
}

/** Three seeds of each of two settings, of which one gains more. */
export function recordSixRuns(home: string, gains: readonly [number, number] = [0.4, 1.2]): readonly string[] {
    const names: string[] = [];
    for (const seed of [1, 2, 3])
        ([0.1, 0.4] as const).forEach((weight, i) => {
            const name = `length ${weight}, seed ${seed}`;
            recordSetting(home, {
                name,
                seed,
                given: { 'reward.lengthWeight': weight },
                gain: gains[i]! + 0.08 * (seed - 2),
            });
            names.push(name);
        });
    return names;
}
