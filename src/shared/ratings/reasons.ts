/** Why a teacher that measures gave its scores, as data: what each measure cost, and in words what that means. */
import { z } from 'zod';

export const scoreReasonSchema = z.object({
    /** As the teacher calls what it measures. */
    measure: z.string(),
    value: z.number(),
    /** What people's passages have of it. */
    usual: z.number(),
    /** By criterion, points that a story that is otherwise as people's are loses by it; below 0: it gains them. */
    lost: z.record(z.string(), z.number()),
    /** Of several teachers the one that measured it; its points are those of its own scores. */
    by: z.string().optional(),
});
export type ScoreReason = Readonly<z.infer<typeof scoreReasonSchema>>;

/** What a story is like that has more, or less, of a measure than people's passages. */
const phrases: Readonly<Record<string, readonly [more: string, less: string]>> = {
    words: ['it is longer', 'it is short'],
    surprise: [
        'its kinds of words follow each other as people rarely put them',
        'its kinds of words follow each other in a more usual order than people’s',
    ],
    jolts: ['words of an unlikely kind stand in it', 'fewer words of an unlikely kind stand in it than in people’s'],
    unseenPairs: ['many pairs of words are new to English', 'every pair of words is a common one'],
    unseenSteps: ['its phrases are built as no sentence is', 'its phrases are built as most are'],
    nonWords: ['some of its words do not exist', 'all of its words exist'],
    broken: ['sentences are not whole', 'its sentences are whole'],
    slips: ['it has slips of grammar', 'it has no slips of grammar'],
    sentenceWords: ['its sentences are long', 'its sentences are short'],
    longest: ['one sentence is very long', 'no sentence is long'],
    joins: ['it joins sentences on and on', 'it joins few sentences'],
    marks: ['it has many commas and other marks', 'it has few commas and other marks'],
    pickUp: ['its sentences take up what was said', 'its sentences do not take up what was said'],
    topic: ['it keeps to its topic', 'it leaves its topic'],
    tenseBreaks: ['it changes its tense', 'it keeps its tense'],
    strays: ['some “he” or “it” stands for nobody', 'each “he” or “it” stands for somebody'],
    pronouns: ['it has many pronouns', 'it has few pronouns'],
    names: ['it has many names', 'it has few names'],
    quoted: ['much of it is spoken', 'little of it is spoken'],
    connectives: ['it says how things are connected', 'it does not say how things are connected'],
    ending: ['it comes to an end', 'it does not come to an end'],
    close: ['it comes to an end', 'it was cut off or stops inside a sentence'],
    sentences: ['it has many sentences', 'it has few sentences'],
    variety: ['its words vary', 'it uses the same few words'],
    rarity: ['its words are unusual', 'its words are the commonest ones'],
    contentShare: ['many of its words carry meaning', 'few of its words carry meaning'],
    copied: ['phrases are copied from the tales that everybody knows', 'its phrases are its own'],
    different: ['it has many different words', 'it has few different words'],
    echo: ['it repeats its beginning', 'it does not repeat its beginning'],
    repeatedTriples: ['it repeats phrases', 'it repeats no phrases'],
    sameStarts: ['its sentences begin alike', 'its sentences begin differently'],
    heaviest: ['one word comes again and again', 'no word comes again and again'],
    commonest: ['small words fill it', 'few small words are in it'],
    repeatedSentences: ['it repeats whole sentences', 'it repeats no sentence'],
    fluency: ['it reads more smoothly than people’s', 'the reader found its words unexpected: surprise is high'],
    stumbles: ['the reader stumbled little', 'the reader stumbled over its least expected words'],
    thread: ['its sentences lean on each other more than people’s', 'its sentences follow little from those before'],
    weakest: ['every sentence follows', 'one sentence follows from nothing before it'],
    order: ['its sentences could not stand in another order', 'its sentences could stand in another order as well'],
    takenUp: ['it takes up the same words again and again', 'it takes up little of what was said'],
    adrift: ['sentences take up nothing', 'its sentences take something up'],
    misplaced: ['“a” and “the” are misplaced', '“a” and “the” are in place'],
    headless: ['it begins in the middle', 'it begins at a beginning'],
    contradictions: ['it contradicts itself', 'it does not contradict itself'],
    cruelty: ['it is cruel', 'it is not cruel'],
    praise: ['it praises itself', 'it does not praise itself'],
};

/** Null for a measure that this version has no words for. */
export function reasonWords({
    measure,
    value,
    usual,
}: Pick<ScoreReason, 'measure' | 'value' | 'usual'>): string | null {
    const known = phrases[measure];
    return known ? known[value > usual ? 0 : 1] : null;
}

/** Measures of how a text reads. What is hard to read is not understood, so teachers let them count everywhere. */
const ofReading: ReadonlySet<string> = new Set([
    ...['surprise', 'jolts', 'unseenPairs', 'unseenSteps', 'nonWords', 'broken', 'slips', 'sentenceWords', 'longest'],
    ...['joins', 'marks', 'fluency', 'stumbles'],
]);

/** Why a measure of reading moves another criterion; empty where it moves that one the other way, by itself. */
function throughReading({ measure, lost }: ScoreReason, criterion: string): string {
    const [read, here] = [lost['readability'] ?? 0, lost[criterion] ?? 0];
    if (criterion === 'readability' || !ofReading.has(measure) || read * here <= 0) return '';
    return here < 0 ? ': easier to follow' : ': harder to follow';
}

/** Of a criterion's reasons no more are told. */
export const mostTold = 4;

/** What moved a criterion most, the most first. */
export function reasonsFor(
    criterion: string,
    reasons: readonly ScoreReason[],
): readonly { readonly words: string; readonly points: number }[] {
    return reasons
        .flatMap((reason) => {
            const points = -(reason.lost[criterion] ?? 0);
            const plain = reasonWords(reason);
            if (points === 0 || plain === null) return [];
            const words = `${plain}${throughReading(reason, criterion)}`;
            return [{ words: reason.by ? `${reason.by}: ${words}` : words, points }];
        })
        .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))
        .slice(0, mostTold);
}
