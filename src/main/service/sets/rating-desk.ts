/**
 * The desk at which one person rates one set. An answer is on the disk when the call returns, so that a crash loses
 * nothing but the item being looked at. Teachers' scores lie in other files; only `reveal` opens them, after the story
 * was rated.
 */
import { badInput } from '../../../shared/faults.ts';
import type { DeskAnswer, DeskItem, DeskView, Revealed } from '../../../shared/ratings/rating-sets.ts';
import { rubricForPeople } from '../sources/rubric-source.ts';
import { openSetDatabase } from '../../store/connection/open.ts';
import {
    addSetRating,
    raterNamed,
    readSetHead,
    recordUnblinding,
    setItems,
    setRatings,
    setStories,
    unblindedAt,
    type SetRating,
    type SetStory,
} from '../../store/sets/rating-set.ts';

export interface RatingDesk {
    view(): DeskView;
    item(position: number): DeskItem;
    /** `taken`: the item was answered meanwhile, for instance in another window; nothing was changed. */
    answer(answer: DeskAnswer): 'recorded' | 'taken';
    /** Shows what teachers said and records that this rater has seen it. @throws bad input before the rater rated it */
    reveal(position: number): Revealed;
    close(): void;
}

/** Looks up what teachers said of a story. */
export type TeacherLookup = (story: SetStory) => Omit<Revealed, 'position' | 'stage'>;

export function openDesk(file: string, raterName: string, lookUp: TeacherLookup, clock: () => number): RatingDesk {
    const db = openSetDatabase(file, { readonly: false });
    try {
        const { name, rubric } = readSetHead(db);
        const rater = raterNamed(db, raterName, clock());
        const stories = new Map(setStories(db).map((story) => [story.id, story]));
        const items = setItems(db);
        const storyAt = (position: number): SetStory => {
            const item = items[position - 1];
            if (!item) throw badInput(`The set has no item ${position}; nothing was changed.`);
            return stories.get(item.story)!;
        };
        return {
            view() {
                const last = new Map(setRatings(db, rater.id).map((rating) => [rating.position, rating]));
                return {
                    name,
                    rater: rater.name,
                    criteria: rubric.criteria,
                    rubric: rubricForPeople(rubric),
                    items: items.map(({ position }) => stateOf(last.get(position))),
                    flagged: items.map(({ position }) => position).filter((each) => last.get(each)?.flagged === true),
                };
            },
            item(position) {
                const { id, prompt, story, finished } = storyAt(position);
                const last = lastAnswer(position);
                return {
                    position,
                    of: items.length,
                    prompt,
                    story,
                    finished: finished === null ? null : finished === 1,
                    answered: last?.number ?? 0,
                    mine: {
                        kind: stateOf(last),
                        scores: last?.scores ?? {},
                        flagged: last?.flagged ?? false,
                        note: last?.note ?? '',
                    },
                    isUnblinded: unblindedAt(db, id, rater.id) !== null,
                };
            },
            answer: (answer) => addSetRating(db, { ...answer, rater: rater.id, at: clock() }),
            reveal(position) {
                const story = storyAt(position);
                if (stateOf(lastAnswer(position)) !== 'scored')
                    throw badInput(
                        'Rate the story first: what a teacher said is shown afterwards. Nothing was changed.',
                    );
                recordUnblinding(db, story.id, rater.id, clock()); // recorded before anything is shown
                return { position, stage: story.stage, ...lookUp(story) };
            },
            close: () => void db.close(),
        };

        function lastAnswer(position: number): SetRating | undefined {
            return setRatings(db, rater.id).findLast((rating) => rating.position === position);
        }
    } catch (error) {
        db.close();
        throw error;
    }
}

function stateOf(last: SetRating | undefined): 'open' | 'scored' | 'skipped' {
    return last === undefined || last.kind === 'withdrawn' ? 'open' : last.kind;
}
