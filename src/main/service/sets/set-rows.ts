/**
 * Turns a rating set into flat tables: its stories, and every rating in long form, one score per row, as packages for
 * agreement in R and Python and `storyloop agreement` read it. People get pseudonyms.
 */
import type { ReadyTable } from '../../../shared/contracts/exchange.ts';
import type { TeacherRating } from '../../store/run/ratings/rated-stories.ts';
import {
    readSetHead,
    setItems,
    setRaters,
    setRatings,
    setStories,
    type SetStory,
} from '../../store/sets/rating-set.ts';
import { pseudonym } from '../../store/home/set-files.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import { answersThatCount } from '../people/answers.ts';
import { comparableTo, reportId, teachersOf, type FindRunDatabase } from './set-table.ts';

export interface SetRows {
    readonly episodes: ReadyTable;
    readonly ratings: ReadyTable;
}

/** @param findDatabase finds the runs with teachers' ratings; teachers of a run that is not here are left out */
export function setRows(db: RunDatabase, findDatabase: FindRunDatabase): SetRows {
    const stories = setStories(db);
    const teachers = comparableTo(readSetHead(db).rubric.criteria, teachersOf(stories, findDatabase).ratings);
    return {
        episodes: {
            columns: [
                ...[text('id'), text('run'), whole('attempt'), whole('number'), whole('stage'), whole('words')],
                ...[text('prompt'), text('story'), text('part')],
            ],
            rows: stories.map((each) => [
                ...[reportId(each), each.run, each.attempt, each.episode, each.stage, each.words],
                ...[each.prompt, each.story, each.part],
            ]),
        },
        ratings: {
            columns: [
                ...[text('story'), text('rater'), text('kind'), text('criterion'), real('score')],
                ...[whole('repeat'), flag('blind'), whole('at'), whole('dwellMs'), flag('flagged')],
                ...[whole('words'), whole('stage')],
            ],
            rows: [...byPeople(db, stories), ...byTeachers(stories, teachers)],
        },
    };
}

type SetRow = ReadyTable['rows'][number];

function byPeople(db: RunDatabase, stories: readonly SetStory[]): readonly SetRow[] {
    const items = setItems(db);
    const storyOf = new Map(stories.map((story) => [story.id, story]));
    const raters = new Map(setRaters(db).map(({ id }) => [id, pseudonym(id)]));
    const answers = setRatings(db);
    const blind = answersThatCount(answers, false);
    // they count only where ratings that were not given blind are asked for, too
    const afterLooking = answersThatCount(answers, true).filter((rating) => !rating.blind);
    return [...blind, ...afterLooking].flatMap(({ position, rater, scores, blind, at, dwellMs, flagged }) => {
        const { story, isRepeat } = items[position - 1]!;
        const stored = storyOf.get(story)!;
        return Object.entries(scores).map(([criterion, score]) => [
            ...[reportId(stored), raters.get(rater) ?? pseudonym(rater), 'person', criterion, score],
            ...[Number(isRepeat), blind, at, dwellMs, flagged, stored.words, stored.stage],
        ]);
    });
}

/** Teachers' ratings as rows; the first one of a teacher counts, later ones are its repeats. */
function byTeachers(stories: readonly SetStory[], teachers: readonly (readonly TeacherRating[])[]): readonly SetRow[] {
    return stories.flatMap((story, i) => {
        const repeats = new Map<string, number>();
        return teachers[i]!.flatMap(({ teacher, scores }) => {
            const repeat = repeats.get(teacher) ?? 0;
            repeats.set(teacher, repeat + 1);
            return Object.entries(scores).map(([criterion, score]) => [
                ...[reportId(story), teacher, 'teacher', criterion, score],
                ...[repeat, null, null, null, null, story.words, story.stage],
            ]);
        });
    });
}

type SetColumn = ReadyTable['columns'][number];
const text = (name: string): SetColumn => ({ name, type: 'text' });
const whole = (name: string): SetColumn => ({ name, type: 'whole' });
const real = (name: string): SetColumn => ({ name, type: 'real' });
const flag = (name: string): SetColumn => ({ name, type: 'flag' });
