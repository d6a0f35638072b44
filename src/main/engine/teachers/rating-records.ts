/** Makes the records of ratings and raters from what teachers return. */
import type { RunContext } from '../../../shared/contracts/engine.ts';
import type { RaterRecord, RatingRecord } from '../../../shared/run/record.ts';
import type { Rating } from '../../../shared/ratings/rubric.ts';
import type { TeacherFacts } from '../../teacher/teacher.ts';

/** What the record knows of a teacher. */
export type Rater = Pick<TeacherFacts, 'id' | 'name' | 'reading' | 'details' | 'rubric'> & {
    readonly members?: readonly Rater[];
};

/**
 * The teacher's rating, followed by those of the members of an ensemble.
 * @param story number of the episode, or seed of the evaluation's story
 */
export function toRatingRecords(rating: Rating, story: number, teacher: Rater, at: number): readonly RatingRecord[] {
    const members = teacher.members ?? [];
    return [
        toRatingRecord(rating, story, teacher, at),
        ...members.flatMap((member, m) => {
            const memberRating = rating.members?.[m];
            return memberRating ? toRatingRecords(memberRating, story, member, at) : [];
        }),
    ];
}

/** A field that the record does not have (`refused`) is dropped by the schema, on its way into the store. */
function toRatingRecord(
    { firstReply: _, members: __, ...rating }: Rating,
    story: number,
    { id, reading }: Rater,
    at: number,
): RatingRecord {
    return { story, rater: id, at, reading, ...rating };
}

/** The teacher as the record knows it, with the members of an ensemble. */
export function toRater({
    id,
    name,
    details,
    rubric,
    members,
}: Rater): Pick<RunContext, 'rater' | 'rubric' | 'members'> {
    const rater: RaterRecord = { id, kind: 'teacher', name, details: { ...details } };
    return {
        rater,
        rubric: { ...rubric, criteria: [...rubric.criteria] },
        ...(members ? { members: members.map((member) => toRater(member)) } : {}),
    };
}
