/** Rating sets: made from runs, rated at a desk, exchanged as one file, and held against the teachers of their runs. */
import { ulid } from 'ulid';
import type { ReportRater } from '../../shared/agreement.ts';
import { peoplesMean } from '../../shared/agreement.ts';
import { calibrationVersion, type CalibrationFile, type CalibrationFit } from '../../shared/calibration.ts';
import { badInput } from '../../shared/faults.ts';
import type { ListedSet, NamedStory, SetAgreement, SetSummary } from '../../shared/rating-sets.ts';
import { scoreFraction, type Criterion, type Rubric } from '../../shared/rubric.ts';
import { chooseStratified, showingOrder, stages } from '../learning/agreement/choosing.ts';
import { calibrate } from '../learning/agreement/isotonic.ts';
import { meanColumn, type RatingTable, type TableRating } from '../learning/agreement/rating-table.ts';
import { RandomStream } from '../learning/random.ts';
import { rubricDigest } from '../learning/rubric-digest.ts';
import { openRunDatabase } from '../store/open.ts';
import {
    episodeKey,
    ratedStories,
    teacherRatings,
    teacherRubric,
    type RatedStory,
    type TeacherRating,
} from '../store/rated-stories.ts';
import {
    readSetHead,
    setItems,
    setRaters,
    setRatings,
    setStories,
    type SetRating,
    type SetStory,
} from '../store/rating-set.ts';
import { dataFolder, type RunFolder } from '../store/run-folder.ts';
import { readSummary } from '../store/run.ts';
import { createSet, exportSet, findSet, importSet, listSets, withSet, type Imported } from '../store/set-files.ts';
import type { RunDatabase } from '../store/statements.ts';
import { findRun, listRuns, openWorkshop } from '../store/workshop.ts';
import { measureAgreement } from './agreement.ts';
import { openDesk, type RatingDesk } from './rating-desk.ts';

export interface SetAsked {
    readonly runs: readonly string[];
    readonly name: string;
    readonly stories: number;
    readonly seed: number;
}

export interface RatingSets {
    /** Copies stories out of runs, in equal numbers from every quarter of the teacher's scores in every stretch of training. */
    make(asked: SetAsked): SetSummary & { readonly file: string };
    list(): readonly ListedSet[];
    desk(set: string, rater: string): RatingDesk;
    export(set: string, target: string): void;
    import(file: string): Imported;
    /** `all`: counts also what was rated after un-blinding. */
    agreement(set: string, options: { readonly all: boolean }): Promise<SetAgreement>;
    /** What a teacher's scores are worth to people; `teacher` may be left out where there is only one. */
    calibrate(set: string, teacher: string | null): CalibrationFile;
    close(): void;
}

export function openRatingSets(clock: () => number = Date.now): RatingSets {
    const home = dataFolder();
    const workshop = openWorkshop(home);

    function make({ runs, name, stories, seed }: SetAsked): SetSummary & { readonly file: string } {
        const random = new RandomStream('rating-set', seed);
        const sources = [...new Set(runs.map((run) => findRun(workshop, run, clock()).database))].map((database) =>
            inRun(database, (db) => ({
                id: readSummary(db, clock()).id,
                rubric: teacherRubric(db),
                stories: withStages(distinct(ratedStories(db))),
            })),
        );
        const { rubric } = sources[0] ?? refuseNoRuns();
        if (sources.some((source) => rubricDigest(source.rubric) !== rubricDigest(rubric)))
            throw badInput(
                'The runs were rated by different rubrics, so their scores cannot stand side by side; nothing was made. Make one set for each.',
            );
        const candidates = sources.flatMap(({ id, stories: found }) => found.map((each) => ({ ...each, run: id })));
        if (candidates.length === 0)
            throw badInput('These runs hold no rated stories yet; nothing was made. Let a student learn first.');
        const chosen = chooseStratified(
            candidates.map(({ total, stage }) => ({ score: total, stage })),
            stories,
            random.fork('choice'),
        ).map((place, i): SetStory => {
            const { run, attempt, episode, stage, prompt, story, words } = candidates[place]!;
            return { id: i + 1, run, attempt, episode, stage, prompt, story, words };
        });
        const createdAt = clock();
        const file = createSet(home, {
            ...{ id: ulid(createdAt), name, seed, createdAt, rubric, stories: chosen },
            order: showingOrder(chosen.length, random.fork('order')).map((place) => chosen[place]!.id),
        });
        return { file, ...withSet(file, { readonly: true }, summaryOf) };
    }

    /** What teachers said of each story of the set, and the runs that are not here. */
    function teachersOf(stories: readonly SetStory[]): {
        readonly ratings: readonly (readonly TeacherRating[])[];
        readonly missing: readonly string[];
    } {
        const ratings: (readonly TeacherRating[])[] = stories.map(() => []);
        const missing: string[] = [];
        for (const run of new Set(stories.map((story) => story.run))) {
            const folder = runOf(run);
            if (folder === null) missing.push(run);
            else
                inRun(folder.database, (db) => {
                    stories.forEach((story, i) => {
                        if (story.run === run) ratings[i] = teacherRatings(db, story.attempt, story.episode);
                    });
                });
        }
        return { ratings, missing };
    }

    function runOf(id: string): RunFolder | null {
        const found = listRuns(workshop, clock()).find((run) => run.kind === 'run' && run.summary.id === id);
        return found?.folder ?? null;
    }

    function tableOf(
        set: string,
        all: boolean,
    ): { table: RatingTable; rubric: Rubric; id: string; name: string; missing: readonly string[] } {
        const { head, stories, items, raters, given } = withSet(findSet(home, set), { readonly: true }, (db) => ({
            head: readSetHead(db),
            stories: setStories(db),
            items: setItems(db),
            raters: setRaters(db),
            given: setRatings(db),
        }));
        const { criteria } = head.rubric;
        const placeOf = new Map(stories.map(({ id }, place) => [id, place]));
        const counting = answersThatCount(given, all);
        const people = raters.filter(({ id }) => counting.some((rating) => rating.rater === id));
        const teachers = teachersOf(stories);
        const comparable = teachers.ratings.map((said) =>
            said.filter((each) => haveSameScale(each.criteria, criteria)),
        );
        const teacherIds = [...new Set(comparable.flatMap((said) => said.map(({ teacher }) => teacher)))].sort();
        const ratings: TableRating[] = counting.map(({ rater, position, scores }) => ({
            story: placeOf.get(items[position - 1]!.story)!,
            rater: people.findIndex(({ id }) => id === rater),
            scores,
            isRepeat: items[position - 1]!.isRepeat,
        }));
        comparable.forEach((said, story) => {
            const heard = new Set<string>();
            for (const { teacher, scores } of said) {
                const rater = people.length + teacherIds.indexOf(teacher);
                ratings.push({ story, rater, scores, isRepeat: heard.has(teacher) });
                heard.add(teacher);
            }
        });
        if (people.length === 0)
            throw badInput(
                `Nobody has rated the set "${head.name}" yet; nothing was computed. Rate some of its stories first.`,
            );
        const table = {
            criteria,
            raters: [
                ...people.map(({ id, name }): ReportRater => ({ id: displayName(name, id, people), kind: 'person' })),
                ...teacherIds.map((id): ReportRater => ({ id, kind: 'teacher' })),
            ],
            stories: stories.map((story) => ({ id: reportId(story), words: story.words, stage: story.stage })),
            ratings,
        };
        return { table, rubric: head.rubric, id: head.id, name: head.name, missing: teachers.missing };
    }

    function namedStories(set: string, named: readonly string[]): readonly NamedStory[] {
        const stories = withSet(findSet(home, set), { readonly: true }, setStories);
        const wanted = stories.filter((story) => named.includes(reportId(story)));
        const folders = new Map([...new Set(wanted.map(({ run }) => run))].map((run) => [run, runOf(run)]));
        return wanted.map((each) => {
            const { run, attempt, episode, story } = each;
            const folder = folders.get(run);
            const key = folder ? inRun(folder.database, (db) => episodeKey(db, attempt, episode)) : null;
            return { id: reportId(each), run, episode: key, story };
        });
    }

    return {
        make,
        list: () =>
            listSets(home).map((set) =>
                set.kind === 'unreadable'
                    ? set
                    : { kind: 'set', file: set.file, ...withSet(set.file, { readonly: true }, summaryOf) },
            ),
        desk: (set, rater) =>
            openDesk(
                findSet(home, set),
                rater,
                (story) => {
                    const folder = runOf(story.run);
                    const [said] = teachersOf([story]).ratings;
                    return {
                        run: folder && inRun(folder.database, (db) => readSummary(db, clock()).name),
                        teachers: said!.map(({ teacher, scores }) => ({ teacher, scores })),
                    };
                },
                clock,
            ),
        export: (set, target) => exportSet(findSet(home, set), target),
        import: (file) => importSet(home, file),
        async agreement(set, { all }) {
            const { table, name, missing } = tableOf(set, all);
            const measured = await measureAgreement(table);
            const named = measured.report.disagreements.map(({ story }) => story);
            return {
                ...measured,
                name,
                criteria: table.criteria,
                missingRuns: missing,
                stories: namedStories(set, named),
            };
        },
        calibrate(set, wanted) {
            const { table, rubric, id } = tableOf(set, false);
            return calibrationOf(table, rubric, id, wanted);
        },
        close: () => void workshop.db.close(),
    };
}

/** What a report calls a story of a set. */
function reportId({ run, attempt, episode }: SetStory): string {
    return `${run}/${attempt}/${episode}`;
}

function refuseNoRuns(): never {
    throw badInput('A rating set is made from runs; nothing was made. Name at least one.');
}

function inRun<T>(database: string, work: (db: RunDatabase) => T): T {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return work(db);
    } finally {
        db.close();
    }
}

/** A story that was written again word for word is one story. */
function distinct(stories: readonly RatedStory[]): readonly RatedStory[] {
    return [...new Map(stories.toReversed().map((story) => [story.prompt + story.story, story])).values()].toReversed();
}

/** Stretches of training with equally many stories, by update; stories of one update stay together. */
function withStages(stories: readonly RatedStory[]): readonly (RatedStory & { readonly stage: number })[] {
    const firstOf = new Map<number, number>();
    stories.forEach(({ update }, i) => {
        if (!firstOf.has(update)) firstOf.set(update, i);
    });
    return stories.map((story) => ({
        ...story,
        stage: 1 + Math.floor((stages * firstOf.get(story.update)!) / stories.length),
    }));
}

function summaryOf(db: RunDatabase): SetSummary {
    const { id, name, createdAt, rubric } = readSetHead(db);
    const scored = answersThatCount(setRatings(db), true);
    return {
        ...{ id, name, createdAt },
        rubric: rubric.id,
        criteria: rubric.criteria.map((criterion) => criterion.id),
        stories: setStories(db).length,
        items: setItems(db).length,
        raters: setRaters(db).map((rater) => ({
            name: rater.name,
            scored: scored.filter((rating) => rating.rater === rater.id).length,
        })),
    };
}

/** Each rater's last answer to an item, where it is a rating; only what was answered blind, unless all is asked for. */
function answersThatCount(ratings: readonly SetRating[], all: boolean): readonly SetRating[] {
    const last = new Map<string, SetRating>();
    for (const rating of ratings)
        if (all || rating.blind) last.set(JSON.stringify([rating.position, rating.rater]), rating);
    return [...last.values()].filter(({ kind }) => kind === 'scored');
}

function haveSameScale(a: readonly Criterion[], b: readonly Criterion[]): boolean {
    const scale = (criteria: readonly Criterion[]): string =>
        JSON.stringify(criteria.map(({ id, min, max, weight }) => [id, min, max, weight]));
    return scale(a) === scale(b);
}

/** A name that several have, or that means something else, gets the end of its id. */
function displayName(name: string, id: string, people: readonly { readonly name: string }[]): string {
    const isClear = name !== peoplesMean && people.filter((each) => each.name === name).length === 1;
    return isClear ? name : `${name} (${id.slice(-4)})`;
}

function calibrationOf(
    { criteria, raters, stories, ratings }: RatingTable,
    rubric: Rubric,
    set: string,
    wanted: string | null,
): CalibrationFile {
    const teachers = raters.filter(({ kind }) => kind === 'teacher').map(({ id }) => id);
    const teacher = wanted ?? (teachers.length === 1 ? teachers[0]! : null);
    if (teacher === null || !teachers.includes(teacher))
        throw badInput(
            teachers.length === 0
                ? 'No teacher rated these stories here, so there is nothing to calibrate; nothing was written. Bring the runs of the set to this machine.'
                : `Say which teacher to calibrate with --teacher: ${teachers.join(', ')}. Nothing was written.`,
        );
    const people = raters.flatMap(({ kind }, i) => (kind === 'person' ? i : []));
    const teacherAt = raters.findIndex(({ id, kind }) => kind === 'teacher' && id === teacher);
    const fit = (
        of: readonly Criterion[],
        name: string,
    ): { readonly fit: CalibrationFit; readonly stories: number } => {
        const column = (rater: number): Float64Array => {
            const fractions = new Float64Array(stories.length).fill(Number.NaN);
            for (const rating of ratings)
                if (rating.rater === rater && !rating.isRepeat)
                    fractions[rating.story] = scoreFraction(of, rating.scores);
            return fractions;
        };
        const mean = meanColumn(people.map(column), stories.length);
        const said = column(teacherAt);
        const both = stories.map((_, i) => i).filter((i) => !Number.isNaN(said[i]! + mean[i]!));
        return {
            stories: both.length,
            fit: calibrate(
                both.map((i) => said[i]!),
                both.map((i) => mean[i]!),
                new RandomStream('calibration', set, teacher, name),
            ),
        };
    };
    const sum = fit(criteria, 'sum');
    return {
        format: 'storyloop-calibration',
        version: calibrationVersion,
        rubric: rubricDigest(rubric),
        teacher,
        set,
        stories: sum.stories,
        people: people.length,
        sum: sum.fit,
        criteria: Object.fromEntries(criteria.map((criterion) => [criterion.id, fit([criterion], criterion.id).fit])),
    };
}
