/** Measures a story's sense by word lists: articles out of order, plain contradictions, cruelty, praise of itself. */
import { isEntity, stem, type ParsedStory } from '../rules/reading.ts';
import { connectives, feminine, masculine, neuter, plural } from '../rules/word-lists.ts';
import { cruelWords, opposites, reviewWords } from './sense-words.ts';

export interface Sense {
    /** Content words of later sentences that stood in an earlier one, each worth its rarity; a share, 0–1. */
    readonly takenUp: number;
    /** Sentences, beyond the first, that take up no content word and no person, as a share. */
    readonly adrift: number;
    /** Per sentence: "a fox" after a fox was introduced, or "the fox" before one was. */
    readonly misplaced: number;
    /** 1 where the first sentence needs another before it: it begins with a pronoun or connective. */
    readonly headless: number;
    /** Pairs of opposites within a few words of each other. */
    readonly contradictions: number;
    /** Different words of cruelty. */
    readonly cruelty: number;
    /** Different words that reviews of stories are made of. */
    readonly praise: number;
}

/** @param rarityOf 0–1 by word id, 0 for the commonest words */
export function measureSense(reading: ParsedStory, rarityOf: (id: number) => number): Sense {
    const { tokens, ids, sentences } = reading;
    const met = new Set<string>();
    let [again, all, adrift] = [0, 0, 0];
    sentences.forEach(({ words }, at) => {
        const own = new Map<string, number>();
        let person = false;
        for (const i of words) {
            const { lower } = tokens[i]!;
            if (masculine.has(lower) || feminine.has(lower) || plural.has(lower) || neuter.has(lower)) person = true;
            if (isEntity(reading, i) || rarityOf(ids[i]!) > 0.2) own.set(stem(lower), 0.2 + rarityOf(ids[i]!));
        }
        const taken = [...own].filter(([word]) => met.has(word));
        if (at > 0) {
            for (const [, worth] of own) all += worth;
            for (const [, worth] of taken) again += worth;
            if (taken.length === 0 && !person) adrift++;
        }
        for (const word of own.keys()) met.add(word);
    });
    const later = Math.max(1, sentences.length - 1);
    const lowers = tokens.map(({ lower }) => lower);
    return {
        takenUp: again / Math.max(1, all),
        adrift: adrift / later,
        misplaced: misplaced(reading) / Math.max(1, sentences.length),
        headless: reading.continues ? 0 : headless(reading),
        contradictions: contradictions(reading),
        cruelty: new Set(lowers.filter((word) => cruelWords.has(word))).size,
        praise: new Set(lowers.filter((word) => reviewWords.has(word))).size,
    };
}

function misplaced(reading: ParsedStory): number {
    const { tokens, sentences } = reading;
    const indefinite = new Map<string, number>(); // the sentence that brings it in
    const seen = new Map<string, number>(); // the first sentence that has it
    const definite: (readonly [string, number])[] = [];
    let wrong = 0;
    sentences.forEach(({ words }, at) => {
        for (const [w, i] of words.entries()) {
            if (!isEntity(reading, i)) continue;
            const noun = stem(tokens[i]!.lower);
            const before = words.slice(Math.max(0, w - 2), w).map((j) => tokens[j]!.lower);
            const article = before.findLast((word) => word === 'a' || word === 'an' || word === 'the');
            if (article === 'the') definite.push([noun, at]);
            else if (article !== undefined) {
                if ((seen.get(noun) ?? at) < at) wrong++;
                if (!indefinite.has(noun)) indefinite.set(noun, at);
            }
            if (!seen.has(noun)) seen.set(noun, at);
        }
    });
    for (const [noun, at] of definite) if ((indefinite.get(noun) ?? at) > at) wrong++;
    return wrong;
}

function headless({ tokens, sentences }: ParsedStory): number {
    const first = sentences[0]?.words[0];
    if (first === undefined) return 0;
    const { lower } = tokens[first]!;
    const pronoun = masculine.has(lower) || feminine.has(lower) || plural.has(lower);
    const goesOn = lower === 'and' || (connectives.has(lower) && lower !== 'once' && lower !== 'when');
    return pronoun || goesOn ? 1 : 0;
}

/** Opposites within this many words are taken to be said of the same thing: "a dead king who was alive". */
const oneBreath = 6;

function contradictions({ tokens, sentences }: ParsedStory): number {
    let found = 0;
    for (const { words } of sentences) {
        const lowers = words.map((i) => tokens[i]!.lower);
        lowers.forEach((word, w) => {
            const other = opposites.get(word);
            if (other === undefined) return;
            const near = lowers.slice(w + 1, w + 1 + oneBreath);
            const at = near.findIndex((each) => other.has(each));
            // "neither hot nor cold", "the old and the young", "more dead than alive" are no contradictions
            const between = near.slice(0, at);
            if (at >= 0 && !between.some((each) => joins.has(each))) found++;
        });
    }
    return found;
}

const joins = new Set([
    'and',
    'or',
    'nor',
    'but',
    'not',
    'than',
    'from',
    'to',
    'became',
    'grew',
    'turned',
    'no',
    'never',
]);
