/** What people would say that a run gained: its evaluations, and the ratings of all sets that sample from them. */
import { dirname } from 'node:path';
import type { PeoplesGain, SetGain } from '../../../shared/ratings/peoples-gain.ts';
import type { CriterionId, Rubric } from '../../../shared/ratings/rubric.ts';
import { countedStories } from '../../../shared/text/numbers.ts';
import { leastRated, peoplesGain, type GainSides, type GainStory } from '../../learning/agreement/peoples-gain.ts';
import { rubricDigest } from '../../learning/rubric-digest.ts';
import { readRunDatabase } from '../../store/connection/open.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import { listSets, withSet } from '../../store/home/set-files.ts';
import { evaluations, type RecordedEvaluation } from '../../store/run/evaluations.ts';
import { sampleReadings } from '../../store/run/ratings/evaluated-stories.ts';
import { readSummary } from '../../store/run/run.ts';
import { readSetHead, setItems, setRatings, setStories } from '../../store/sets/rating-set.ts';
import { answersThatCount, haveSameScale } from './answers.ts';

type ScoresOf = Readonly<Record<CriterionId, number>>;

/** What people said of a run's evaluated stories by one rubric, in all sets together. */
interface PeoplesRatings {
    readonly rubric: Rubric;
    /** By row of the story: one entry for each person. */
    readonly bySample: ReadonlyMap<number, readonly ScoresOf[]>;
    /** Stories in the sets that nobody rated yet. */
    readonly open: number;
}

/** The evaluations of before and after learning that count. */
export function beforeAndAfter(db: RunDatabase): readonly [RecordedEvaluation, RecordedEvaluation] | null {
    const done = evaluations(db);
    const before = done.findLast(({ phase }) => phase === 'before');
    const after = done.findLast(({ phase }) => phase === 'after');
    return before && after ? [before, after] : null;
}

/** Rows of the run's evaluated stories that are in a set already. */
export function samplesInSets(home: string, run: string): ReadonlySet<number> {
    return new Set(
        gainSets(home).flatMap(({ file }) =>
            withSet(file, { readonly: true }, setStories).flatMap((story) => (story.run === run ? story.episode : [])),
        ),
    );
}

function gainSets(home: string): readonly { readonly file: string; readonly rubric: Rubric }[] {
    return listSets(home, readSetHead).flatMap((set) =>
        set.kind === 'set' && set.content.purpose === 'gain' ? { file: set.file, rubric: set.content.rubric } : [],
    );
}

/** By the rubric given, or by the one of the newest set that somebody rated; null where there is no such set. */
function ratingsOf(home: string, run: string, wanted: Rubric | null, all: boolean): PeoplesRatings | null {
    const read = gainSets(home).flatMap(({ file, rubric }) => {
        const { stories, items, answers } = withSet(file, { readonly: true }, (db) => ({
            stories: setStories(db).filter((story) => story.run === run),
            items: setItems(db),
            answers: answersThatCount(setRatings(db), all),
        }));
        if (stories.length === 0) return [];
        const sampleOf = new Map(stories.map(({ id, episode }) => [id, episode]));
        const given = answers.flatMap(({ position, scores }) => {
            const { story, isRepeat } = items[position - 1]!;
            const sample = sampleOf.get(story);
            return sample === undefined || isRepeat ? [] : [{ sample, scores }];
        });
        return [{ rubric, given, stories: stories.length }];
    });
    const rubric = wanted ?? read.findLast(({ given }) => given.length > 0)?.rubric;
    if (rubric === undefined) return null;
    const digest = rubricDigest(rubric);
    const those = read.filter((set) => rubricDigest(set.rubric) === digest);
    const bySample = new Map<number, ScoresOf[]>();
    for (const { sample, scores } of those.flatMap(({ given }) => given))
        bySample.set(sample, [...(bySample.get(sample) ?? []), scores]);
    const stories = those.reduce((sum, set) => sum + set.stories, 0);
    return { rubric, bySample, open: stories - bySample.size };
}

/** The gain of a run for a report about one of its sets. @param all counts ratings after un-blinding, too */
export function gainOfSet(home: string, database: string | null, rubric: Rubric, all: boolean): SetGain {
    if (database === null)
        return refused(
            'The run of these stories is not on this computer, so what people would say that it gained cannot be computed. Bring the run here.',
        );
    return readRunDatabase(database, (db) => {
        const { id, name } = readSummary(db, 0);
        const phases = beforeAndAfter(db);
        if (phases === null)
            return refused(
                'The run is no longer evaluated before and after learning, so there is no gain to correct. Let it learn to its end.',
            );
        const ratings = ratingsOf(home, id, rubric, all);
        if (ratings === null) return refused('Nobody has rated stories of this run yet. Rate some of its set first.');
        const teachers = sidesByTeacher(db, phases, ratings);
        if (teachers.size === 0)
            return refused(
                'No teacher rated these stories by the rubric of this set, so there is nothing to correct. Let one rate them again by that rubric.',
            );
        const gains = gainsOf(teachers, ratings);
        if (gains.length > 0) return { kind: 'found', run: name, gains };
        const rated = (side: keyof GainSides): number =>
            Math.max(...[...teachers.values()].map((sides) => ratedOf(sides[side])));
        return refused(
            `What people would say needs at least ${countedStories(leastRated)} rated of each side: there are ${rated('before')} of before learning and ${rated('after')} of after. Rate more.`,
        );
    });
}

const refused = (sentence: string): SetGain => ({ kind: 'refused', sentence });
const ratedOf = (stories: readonly GainStory[]): number => stories.filter(({ people }) => people.length > 0).length;

/** For the headline of a run: by the teacher that rewarded it; null where too few of its stories were rated. */
export function peoplesGainOfRun(database: string): PeoplesGain | null {
    const home = dirname(dirname(dirname(database)));
    return readRunDatabase(database, (db) => {
        const { id } = readSummary(db, 0);
        const phases = beforeAndAfter(db);
        const ratings = phases && ratingsOf(home, id, null, false);
        if (!ratings) return null;
        return gainsOf(sidesByTeacher(db, phases, ratings), ratings)[0] ?? null;
    });
}

/** In the order in which they rated: a run's own teacher comes before those that read its stories afterwards. */
function sidesByTeacher(
    db: RunDatabase,
    phases: readonly [RecordedEvaluation, RecordedEvaluation],
    { rubric, bySample }: PeoplesRatings,
): ReadonlyMap<string, GainSides> {
    const [before, after] = phases.map(({ id }) => {
        const byTeacher = new Map<string, GainStory[]>();
        for (const { sample, teacher, criteria, scores } of sampleReadings(db, id))
            if (haveSameScale(criteria, rubric.criteria))
                byTeacher.set(teacher, [
                    ...(byTeacher.get(teacher) ?? []),
                    { teacher: scores, people: bySample.get(sample) ?? [] },
                ]);
        return byTeacher;
    });
    return new Map(
        [...before!].flatMap(([teacher, stories]) => {
            const later = after!.get(teacher);
            return later === undefined ? [] : [[teacher, { before: stories, after: later }] as const];
        }),
    );
}

function gainsOf(teachers: ReadonlyMap<string, GainSides>, { rubric, open }: PeoplesRatings): readonly PeoplesGain[] {
    return [...teachers].flatMap(([teacher, sides]) => peoplesGain(teacher, rubric.criteria, sides, open) ?? []);
}
