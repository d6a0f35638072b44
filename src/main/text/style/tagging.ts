/** Parts of speech by wink-nlp with its small English model (both MIT): deterministic, and right on about 95 of 100. */
import winkModel from 'wink-eng-lite-web-model';
import winkNLP, { type ItsFunction } from 'wink-nlp';

export interface TaggedWord {
    readonly word: string;
    readonly lower: string;
    /** Universal: VERB, AUX, PROPN … */
    readonly part: string;
    /** The form that a dictionary has. */
    readonly base: string;
}

export type Tagger = (text: string) => readonly TaggedWord[];

/** Loading the model takes about half a second, so one tagger is for all stories. */
export function openTagger(): Tagger {
    const nlp = winkNLP(winkModel, ['sbd', 'pos']);
    const lemma = nlp.its.lemma as unknown as ItsFunction<string>; // its types lack the third argument, not its code
    return (text) => {
        const tokens = nlp.readDoc(text).tokens();
        const words = tokens.out(nlp.its.value) as string[];
        const parts = tokens.out(nlp.its.pos) as string[];
        const bases = tokens.out(lemma) as string[];
        return words.map((word, i) => ({ word, lower: word.toLowerCase(), part: parts[i]!, base: bases[i]! }));
    };
}
