/**
 * Cuts a story into sentences for a reader. The first one begins with the unfinished sentence of the prompt, if any.
 */
import type { StoryToRate } from '../teacher.ts';

const sentenceEnd = /(?<=[.!?]["'”’)]?)\s+(?=["'“‘(]?\p{Lu})/u;
const title = /(?:^|\s)(?:Mr|Mrs|Ms|Dr|St)\.$/u;

/** No word of English is longer; what follows would only take time to read. */
const endlessWord = /(\S{40})\S+/gu;

/** Sentences of a text, without the space between them; none is empty. */
export function sentencesIn(text: string): readonly string[] {
    const sentences: string[] = [];
    const words = text.replaceAll(endlessWord, '$1').replaceAll(/\s+/gu, ' ').trim();
    for (const piece of words.split(sentenceEnd)) {
        const last = sentences.at(-1);
        if (last !== undefined && title.test(last)) sentences[sentences.length - 1] = `${last} ${piece}`;
        else if (piece !== '') sentences.push(piece);
    }
    return sentences;
}

/** "Once upon a time, there" + "lived a fox. He …" reads "Once upon a time, there lived a fox." */
export function sentencesOfStory({ prompt, story }: Pick<StoryToRate, 'prompt' | 'story'>): readonly string[] {
    const lead = sentencesIn(prompt).at(-1) ?? '';
    const isOpen = lead !== '' && !/[.!?]["'”’)]?$/u.test(lead);
    return sentencesIn(isOpen ? `${lead} ${story}` : story);
}
