/** Measures and rates coherence: the same people and things from sentence to sentence, one tense, and an ending. */
import { wordKind, type LanguageStatistics } from './language-statistics.ts';
import { clamp, likeMany, notBeyond, within, type Norms } from './norms.ts';
import { isContent, isEntity, stem, type ParsedStory, type StorySentence } from './reading.ts';
import { wholeness } from './readability.ts';
import {
    connectives,
    feminine,
    masculine,
    men,
    neuter,
    pastAuxiliaries,
    plural,
    presentAuxiliaries,
    women,
} from './word-lists.ts';

export type CoherenceFeature =
    'pickUp' | 'topic' | 'tenseBreaks' | 'strays' | 'pronouns' | 'names' | 'quoted' | 'connectives';
export type CoherenceFeatures = Readonly<Record<CoherenceFeature, number>> & {
    /** 0–1 */
    readonly ending: number;
    readonly sentences: number;
};

/**
 * How much an entity counts as a link between sentences, 0–1: less for one that half of a batch's stories are about.
 */
export type EntityWorth = (entity: string) => number;
export const everyEntityCounts: EntityWorth = () => 1;

/** A pronoun links less than a name, because it can be put anywhere. */
const pronounWorth = 0.6;

export function measureCoherence(
    reading: ParsedStory,
    statistics: LanguageStatistics,
    worth: EntityWorth,
): CoherenceFeatures {
    const { tokens, sentences, words } = reading;
    const known = new KnownEntities();
    let links = 0;
    let strays = 0;
    let lastLink = 0;
    let lastNewName = false;
    for (const [at, sentence] of sentences.entries()) {
        const meeting = known.meet(reading, sentence, worth);
        if (at > 0) links += meeting.link;
        strays += meeting.strays;
        lastLink = meeting.link;
        lastNewName = meeting.newName;
    }
    let pronouns = 0;
    let quoted = 0;
    const usedConnectives = new Set<string>();
    for (const token of tokens) {
        if (token.kind !== 'word') continue;
        if (masculine.has(token.lower) || feminine.has(token.lower) || plural.has(token.lower)) pronouns++;
        if (token.quoted) quoted++;
        if (connectives.has(token.lower)) usedConnectives.add(token.lower);
    }
    return {
        pickUp: links / Math.max(1, sentences.length - 1),
        topic: topicCloseness(reading, statistics),
        tenseBreaks: tenseBreaks(reading),
        strays: strays / Math.max(2, sentences.length),
        pronouns: pronouns / Math.max(25, words),
        names: known.names.size / Math.max(40, words),
        quoted: quoted / Math.max(1, words),
        connectives: usedConnectives.size,
        ending: ending(reading, lastLink, lastNewName),
        sentences: sentences.length,
    };
}

/** Who and what has been mentioned so far. */
class KnownEntities {
    readonly names = new Set<string>();
    readonly #entities = new Set<string>();
    readonly #content = new Set<string>();
    #man = false;
    #woman = false;

    /**
     * Reads the next sentence. `link`: how well it takes up what was there, 0–1. `strays`: its pronouns that stand for
     * nobody. `newName`: it introduces a name.
     */
    meet(
        reading: ParsedStory,
        sentence: StorySentence,
        worth: EntityWorth,
    ): { link: number; strays: number; newName: boolean } {
        const { tokens, kinds, nameLike } = reading;
        let entityLink = 0;
        let pronounLink = 0;
        let strays = 0;
        let content = 0;
        let fresh = 0;
        let newName = false;
        const before = this.#entities.size > 0;
        for (const i of sentence.words) {
            const { lower } = tokens[i]!;
            const entity = stem(lower);
            if (isContent(reading, i)) {
                content++;
                if (!this.#content.has(entity)) fresh++;
                this.#content.add(entity);
            }
            if (isEntity(reading, i)) {
                const isName = nameLike[i] === 1 || (kinds[i]! & wordKind.name) !== 0;
                if (this.#entities.has(entity)) entityLink = Math.max(entityLink, worth(entity));
                else if (isName) newName = true;
                this.#entities.add(entity);
                if (isName) this.names.add(entity);
                if (men.has(entity) || isName) this.#man = true;
                if (women.has(entity) || isName) this.#woman = true;
            } else if (masculine.has(lower) || feminine.has(lower)) {
                if (masculine.has(lower) ? this.#man : this.#woman) pronounLink = Math.max(pronounLink, pronounWorth);
                else if (!tokens[i]!.quoted) strays++;
            } else if (before && (plural.has(lower) || neuter.has(lower))) {
                pronounLink = Math.max(pronounLink, pronounWorth / 2);
            }
        }
        const link = Math.max(entityLink, pronounLink) + 0.25 * Math.min(entityLink, pronounLink);
        // a sentence that only repeats what was said does not continue it
        const news = content === 0 ? 0 : Math.min(1, fresh / content / 0.4);
        return { link: Math.min(1, link) * (0.3 + 0.7 * news), strays, newName };
    }
}

/** Mean cosine between a sentence's word vectors and those of the rest of the story; 0 where there is too little. */
function topicCloseness({ sentences, ids }: ParsedStory, statistics: LanguageStatistics): number {
    const { dimensions } = statistics.tables;
    const all = new Float64Array(dimensions);
    const sums: Float64Array[] = [];
    for (const { words } of sentences) {
        const sum = new Float64Array(dimensions);
        const met = new Set<number>(); // each word counts once, or repetition would look like a topic
        for (const i of words) {
            if (met.has(ids[i]!)) continue;
            met.add(ids[i]!);
            statistics.addVector(ids[i]!, sum);
        }
        for (let d = 0; d < dimensions; d++) all[d]! += sum[d]!;
        sums.push(sum);
    }
    let closeness = 0;
    let counted = 0;
    for (const sum of sums) {
        let dot = 0;
        let own = 0;
        let rest = 0;
        for (let d = 0; d < dimensions; d++) {
            const other = all[d]! - sum[d]!;
            dot += sum[d]! * other;
            own += sum[d]! * sum[d]!;
            rest += other * other;
        }
        if (own === 0 || rest === 0) continue;
        closeness += dot / Math.sqrt(own * rest);
        counted++;
    }
    return counted === 0 ? 0 : closeness / counted;
}

/** The share of finite verbs outside quotes that are not in the story's main tense; 0–1/2. */
function tenseBreaks({ tokens, kinds }: ParsedStory): number {
    let past = 0;
    let present = 0;
    for (const [i, { lower, quoted, kind }] of tokens.entries()) {
        if (kind !== 'word' || quoted) continue;
        if (pastAuxiliaries.has(lower) || (kinds[i]! & wordKind.past) !== 0) past++;
        else if (presentAuxiliaries.has(lower) || (kinds[i]! & wordKind.present) !== 0) present++;
    }
    return Math.min(past, present) / Math.max(3, past + present);
}

/** 0–1: full where the student stopped by itself, after a whole sentence about somebody or something already known. */
function ending(reading: ParsedStory, lastLink: number, lastNewName: boolean): number {
    const { sentences, finished, tokens } = reading;
    const last = sentences.at(-1);
    if (last === undefined) return 0;
    if (!last.ended) return finished ? 0.05 : 0;
    const mark = tokens[last.to - 1]!.text === '”' ? tokens[last.to - 2]?.text : tokens[last.to - 1]!.text;
    const quality =
        0.35 +
        0.25 * wholeness(reading, last, sentences.length - 1) +
        0.3 * Math.min(1, lastLink / pronounWorth) +
        (lastNewName || mark === '?' ? 0 : 0.1);
    return (finished ? 1 : 0.35) * (sentences.length > 1 ? quality : 0.35);
}

/** 0–3 */
export function rateCoherence(features: CoherenceFeatures, norms: Norms<CoherenceFeature>): number {
    const thread =
        0.35 * likeMany(features.pickUp, norms.pickUp) +
        0.25 * likeMany(features.topic, norms.topic) * notBeyond(features.topic, norms.topic) +
        0.3 * features.ending +
        0.1 * clamp(features.connectives / Math.max(1, norms.connectives[2]));
    const manners =
        notBeyond(features.tenseBreaks, norms.tenseBreaks) *
        notBeyond(features.strays, norms.strays) *
        notBeyond(features.pronouns, norms.pronouns) *
        notBeyond(features.names, norms.names) *
        within(features.quoted, norms.quoted);
    return 3 * thread * (0.3 + 0.7 * manners) * clamp(features.sentences / 3);
}
