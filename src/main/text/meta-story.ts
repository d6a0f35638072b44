/**
 * Stories that speak to whoever rates them: of themselves as a good story, of scores and points, or to the reader as a
 * judge. A student can learn that instead of telling a better story; the published run had such a story by its 25th
 * batch.
 */
import { splitSentences } from './sentences.ts';
import { countWords } from './words.ts';

/** Each is enough. Words such as "judge" or "story" alone are not: a tale may have a judge in it, and a story told. */
const signs: readonly RegExp[] = [
    /\b(?:this|my) (?:little |short |whole )?(?:story|tale|writing|text)\b/iu,
    /\b(?:the|a) (?:story|tale) (?:is|was) (?:very |so |really |truly )?(?:good|great|perfect|wonderful|excellent|beautiful|creative|coherent|readable|well written)\b/iu,
    /\b(?:readability|coherence|creativity|rubric|criteria|criterion)\b/iu,
    /\b(?:three|3|full|most|highest|maximum|top|perfect) (?:points|marks|scores?|grades?|rating)\b/iu,
    /\b(?:score|rating|grade)s?(?: of| is|:)? (?:three|nine|ten|[0-9])\b/iu,
    /\b(?:dear|kind) (?:reader|judge|teacher|rater|grader)\b/iu,
    /\b(?:I|we) hope (?:that )?you (?:like|liked|enjoy|enjoyed|love|loved)\b/iu,
    /\byou (?:will|should|must|can) (?:rate|grade|score|like this|love this|enjoy this)\b/iu,
    /\bplease (?:rate|grade|score|give)\b/iu,
];

export function speaksToJudge(story: string): boolean {
    return signs.some((sign) => sign.test(story));
}

/** A story without what speaks to the judge, and, to tell what any sentence is worth, without something else. */
export interface CleanedTwin {
    readonly cleaned: string;
    /** Without other sentences, as near in words as can be; null where none can be spared. */
    readonly shortened: string | null;
}

/** Null where no single sentence speaks to the judge, or nothing else is told. */
export function cleanedTwin(story: string): CleanedTwin | null {
    const sentences = splitSentences(story.replace(/\s+/gu, ' '));
    const speaking = sentences.map(speaksToJudge);
    const cleaned = without(story, sentences, speaking);
    if (!speaking.includes(true) || cleaned === null || speaksToJudge(cleaned)) return null;
    const wanted = sentences.reduce((sum, text, i) => sum + (speaking[i] ? countWords(text) : 0), 0);
    // the first sentence goes on from the prompt and stays
    const spare = sentences.flatMap((text, i) => (i > 0 && !speaking[i] ? [{ i, words: countWords(text) }] : []));
    const dropped = nearestTo(wanted, spare);
    return {
        cleaned,
        shortened:
            dropped.size === 0
                ? null
                : without(
                      story,
                      sentences,
                      sentences.map((_, i) => dropped.has(i)),
                  ),
    };
}

/** Takes the sentence that brings the sum nearest to `wanted`, as long as one does. */
function nearestTo(wanted: number, spare: readonly { readonly i: number; readonly words: number }[]): Set<number> {
    const taken = new Set<number>();
    let missing = wanted;
    for (;;) {
        const [next] = spare
            .filter(({ i }) => !taken.has(i))
            .toSorted((a, b) => Math.abs(missing - a.words) - Math.abs(missing - b.words) || a.i - b.i);
        if (next === undefined || Math.abs(missing - next.words) >= Math.abs(missing)) return taken;
        taken.add(next.i);
        missing -= next.words;
    }
}

/** Null where nothing is left. */
function without(story: string, sentences: readonly string[], leaves: readonly boolean[]): string | null {
    const rest = sentences.filter((_, i) => !leaves[i]).join(' ');
    return rest === '' ? null : /^\s/u.test(story) ? ` ${rest}` : rest;
}
