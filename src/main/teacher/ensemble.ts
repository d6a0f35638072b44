/**
 * Makes one teacher of several: a story's scores are the mean of theirs, and how far they were apart is kept with it.
 */
import { createHash } from 'node:crypto';
import { badInput } from '../../shared/faults.ts';
import { totalScore, type Rating, type Rubric } from '../../shared/ratings/rubric.ts';
import type { ScoreReason } from '../../shared/ratings/reasons.ts';
import type { RatingContext, StoryToRate, Teacher, TeacherFacts } from './teacher.ts';

type Scored = Extract<Rating, { kind: 'scored' }>;

/** @throws bad input where the members do not rate by the same criteria */
export function ensembleOf(members: readonly Teacher[]): Teacher {
    const facts = sharedFacts(members.map((member) => member.facts));
    return {
        facts,
        async rate(stories, context) {
            const tell = tellRatedByAll(members.length, context.onRated);
            const ratingsOfMembers = await Promise.all(
                members.map(async (member, m) => {
                    let told = 0;
                    const onRated = (some: number): void => tell(m, (told += some));
                    const ratings = await member.rate(stories, { ...context, onRated });
                    tell(m, stories.length); // by one that tells nothing of itself
                    return ratings;
                }),
            );
            return stories.map((_, i) =>
                meanRating(
                    facts,
                    ratingsOfMembers.map((ratings) => ratings[i]!),
                ),
            );
        },
        ...(members.some(({ explain }) => explain) && {
            explain: async (story) => (await Promise.all(members.map((member) => reasonsBy(member, story)))).flat(),
        }),
        async release() {
            await Promise.all(members.map((member) => member.release()));
        },
    };
}

/** Passes on how many stories all of the members have rated, as each tells of its own. */
function tellRatedByAll(members: number, onRated: RatingContext['onRated']): (member: number, rated: number) => void {
    const ratedBy = Array.from({ length: members }, () => 0);
    let told = 0;
    return (member, rated) => {
        ratedBy[member] = rated;
        const byAll = Math.min(...ratedBy);
        if (byAll > told) onRated?.(byAll - told);
        told = Math.max(told, byAll);
    };
}

/** What a member goes by; points are left as they are in its own scores. None where it cannot tell. */
async function reasonsBy({ explain, facts: { name } }: Teacher, story: StoryToRate): Promise<readonly ScoreReason[]> {
    const reasons = (await explain?.(story)) ?? [];
    return reasons.map((reason) => ({ ...reason, by: name }));
}

type EnsembleFacts = TeacherFacts & Required<Pick<TeacherFacts, 'members'>>;

function sharedFacts(members: readonly TeacherFacts[]): EnsembleFacts {
    const digest = createHash('sha256')
        .update(members.map(({ id }) => id).join('\n'))
        .digest('hex')
        .slice(0, 12);
    const compares = members.some(({ comparesInTraining }) => comparesInTraining);
    const descriptions = members.map(({ description }) => description).join(' ');
    return {
        id: `ensemble-${digest}`,
        name: members.map(({ name }) => name).join(' + '),
        description: `The mean of ${members.length} teachers who do not know of each other. ${descriptions}`,
        rubric: sharedRubric(members),
        reading: 'mean',
        wordsPerStory: members.reduce((sum, { wordsPerStory }) => sum + wordsPerStory, 0),
        details: Object.fromEntries(members.map(({ id }, i) => [`member ${i + 1}`, id])),
        ratesInChunks: members.every(({ ratesInChunks }) => ratesInChunks),
        ...(compares ? { comparesInTraining: true as const } : {}),
        members,
    };
}

function sharedRubric(members: readonly TeacherFacts[]): Rubric {
    const [first, ...others] = members;
    const rangesOf = ({ criteria }: Rubric): string =>
        JSON.stringify(criteria.map(({ id, min, max, weight }) => [id, min, max, weight]));
    const other = others.find(({ rubric }) => rangesOf(rubric) !== rangesOf(first!.rubric));
    if (other)
        throw badInput(
            `The teachers "${first!.name}" and "${other.name}" rate by other criteria, so their scores have no mean; nothing was started. Choose teachers with the same rubric.`,
        );
    return first!.rubric;
}

/** Unreadable where one member could not rate: the mean of the others might be stricter or kinder than the whole. */
function meanRating({ rubric: { criteria }, members }: EnsembleFacts, ratings: readonly Rating[]): Rating {
    const silent = ratings.findIndex(({ kind }) => kind === 'unreadable');
    if (silent >= 0) {
        const { reply } = ratings[silent] as Extract<Rating, { kind: 'unreadable' }>;
        return { kind: 'unreadable', reply: `${members[silent]!.name}: ${reply}`, members: ratings };
    }
    const scored = ratings as readonly Scored[];
    const scores = Object.fromEntries(
        criteria.map(({ id }) => [id, scored.reduce((sum, each) => sum + each.scores[id]!, 0) / scored.length]),
    );
    const totals = scored.map((each) => totalScore(criteria, each.scores));
    const mean = totals.reduce((sum, total) => sum + total, 0) / totals.length;
    const variance = totals.reduce((sum, total) => sum + (total - mean) ** 2, 0) / totals.length;
    return { kind: 'scored', scores, disagreement: Math.sqrt(variance), members: ratings };
}
