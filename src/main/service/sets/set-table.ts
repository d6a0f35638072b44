/** Collects the ratings of a set for the statistics: people's from the set's file, teachers' from the runs. */
import { peoplesMean, type ReportRater } from '../../../shared/ratings/agreement.ts';
import { badInput } from '../../../shared/faults.ts';
import { isSameName } from '../../../shared/text/names.ts';
import type { Criterion, Rubric } from '../../../shared/ratings/rubric.ts';
import type { RatingTable, TableRating } from '../../learning/agreement/rating-table.ts';
import { readingsOfSample } from '../../store/run/ratings/evaluated-stories.ts';
import { teacherRatings, type TeacherRating } from '../../store/run/ratings/rated-stories.ts';
import {
    readSetHead,
    setItems,
    setRaters,
    setRatings,
    setStories,
    type SetPurpose,
    type SetStory,
} from '../../store/sets/rating-set.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import { pseudonym, withSet } from '../../store/home/set-files.ts';
import { answersThatCount, haveSameScale } from '../people/answers.ts';
import { inRun } from './making-sets.ts';

/** The run.sqlite of a run by its id; null where the run is not on this machine. */
export type FindRunDatabase = (run: string) => string | null;

/** Stands for a run where stories come from the built-in world: no teacher has rated them. */
export const storyworld = 'storyworld';

export interface SetTable {
    readonly table: RatingTable;
    readonly rubric: Rubric;
    readonly purpose: SetPurpose;
    /** The runs that its stories come from. */
    readonly runs: readonly string[];
    readonly id: string;
    readonly name: string;
    /** Runs that are not here, so that their teachers' ratings are missing. */
    readonly missing: readonly string[];
    /** Teachers that are left out, because they rate by other criteria or ranges than the set. */
    readonly otherScales: readonly string[];
}

/**
 * A teacher that rates by criteria or ranges other than the set's cannot be compared and is left out.
 * @param all counts ratings after un-blinding, too
 * @param anonymise gives people pseudonyms
 * @throws bad input where nobody has rated yet
 */
export function readSetTable(file: string, all: boolean, findDatabase: FindRunDatabase, anonymise = false): SetTable {
    const {
        head,
        stories,
        items,
        raters,
        given: answers,
    } = withSet(file, { readonly: true }, (db) => ({
        head: readSetHead(db),
        stories: setStories(db),
        items: setItems(db),
        raters: setRaters(db),
        given: setRatings(db),
    }));
    const { criteria } = head.rubric;
    const placeOf = new Map(stories.map(({ id }, place) => [id, place]));
    const counting = answersThatCount(answers, all);
    const people = raters.filter(({ id }) => counting.some((rating) => rating.rater === id));
    if (people.length === 0)
        throw badInput(
            `Nobody has rated the set "${head.name}" yet; nothing was computed. Rate some of its stories first.`,
        );
    const teachers = teachersOf(stories, findDatabase);
    const comparable = comparableTo(criteria, teachers.ratings);
    // in the order in which they rated: a run's own teacher comes before those that rated its stories again
    const teacherIds = [...new Set(comparable.flatMap((ofStory) => ofStory.map(({ teacher }) => teacher)))];
    const ratings: TableRating[] = counting.map(({ rater, position, scores }) => ({
        story: placeOf.get(items[position - 1]!.story)!,
        rater: people.findIndex(({ id }) => id === rater),
        scores,
        isRepeat: items[position - 1]!.isRepeat,
    }));
    comparable.forEach((ofStory, story) => {
        const seen = new Set<string>();
        for (const { teacher, scores } of ofStory) {
            const rater = people.length + teacherIds.indexOf(teacher);
            ratings.push({ story, rater, scores, isRepeat: seen.has(teacher) });
            seen.add(teacher);
        }
    });
    const table = {
        criteria,
        raters: [
            ...people.map(({ id, name }): ReportRater => ({
                id: anonymise ? pseudonym(id) : displayName(name, id, people),
                kind: 'person',
            })),
            ...teacherIds.map((id): ReportRater => ({ id, kind: 'teacher' })),
        ],
        stories: stories.map((story) => ({ id: reportId(story), words: story.words, stage: story.stage })),
        ratings,
    };
    const allTeachers = new Set(teachers.ratings.flatMap((ofStory) => ofStory.map(({ teacher }) => teacher)));
    return {
        table,
        rubric: head.rubric,
        id: head.id,
        name: head.name,
        missing: teachers.missing,
        purpose: head.purpose,
        runs: [...new Set(stories.map(({ run }) => run))],
        otherScales: [...allTeachers].filter((teacher) => !teacherIds.includes(teacher)).sort(),
    };
}

/** Teachers' ratings of each story, in the order of the stories, and the runs that are not here. */
export function teachersOf(
    stories: readonly SetStory[],
    findDatabase: FindRunDatabase,
): { readonly ratings: readonly (readonly TeacherRating[])[]; readonly missing: readonly string[] } {
    const ratings: (readonly TeacherRating[])[] = stories.map(() => []);
    const missing: string[] = [];
    const ofRuns = stories.filter(({ run }) => run !== storyworld);
    for (const run of new Set(ofRuns.map((story) => story.run))) {
        const database = findDatabase(run);
        if (database === null) missing.push(run);
        else
            inRun(database, (db) => {
                stories.forEach((story, i) => {
                    if (story.run === run) ratings[i] = saidOf(db, story);
                });
            });
    }
    return { ratings, missing };
}

/** Of a story of training, or of one from before or after it. */
function saidOf(db: RunDatabase, { attempt, episode, part }: SetStory): readonly TeacherRating[] {
    if (part === null) return teacherRatings(db, attempt, episode);
    return readingsOfSample(db, episode).map(({ teacher, criteria, scores }) => {
        return { teacher, criteria, attempt, episode, scores };
    });
}

/** The id of a set's story in reports. */
export function reportId({ run, attempt, episode }: SetStory): string {
    return `${run}/${attempt}/${episode}`;
}

/** The ratings that were given by the same criteria in the same ranges. */
export function comparableTo(
    criteria: readonly Criterion[],
    teachers: readonly (readonly TeacherRating[])[],
): readonly (readonly TeacherRating[])[] {
    return teachers.map((ofStory) => ofStory.filter((each) => haveSameScale(each.criteria, criteria)));
}

/** The person's name; with the end of the id where several have that name, or it is the name of the people's mean. */
function displayName(name: string, id: string, people: readonly { readonly name: string }[]): string {
    const isClear = !isSameName(name, peoplesMean) && people.filter((each) => isSameName(each.name, name)).length === 1;
    return isClear ? name : `${name} (${id.slice(-4)})`;
}
