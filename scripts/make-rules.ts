/**
 * Makes resources/teacher/english.rules, what the teacher `rules` knows of English, from a corpus folder:
 * npm run make:rules -- <corpus folder> [output file]
 * The folder holds .train or .txt files: a line is a paragraph, an empty line a document boundary. The same folder
 * gives the same tables. One document in fifty is kept out of the counts; people's norms are measured on those.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import winkModel from 'wink-eng-lite-web-model';
import winkNLP from 'wink-nlp';
import { RandomStream } from '../src/main/learning/random.ts';
import { measureStory, type StoryFeature } from '../src/main/teacher/rules/rules-teacher.ts';
import {
    contractionClass,
    firstMarkClass,
    firstMarkWord,
    LanguageStatistics,
    leadingWords,
    unknownClass,
    unknownNameClass,
    wordKind,
    type LanguageTables,
    type Vocabulary,
} from '../src/main/teacher/rules/language-statistics.ts';
import { quantiles, type Norms } from '../src/main/teacher/rules/norms.ts';
import { readStory } from '../src/main/teacher/rules/reading.ts';
import {
    copyLength,
    hashSequence,
    isSampledCopy,
    SeenFilter,
    stepLength,
} from '../src/main/teacher/rules/seen-filter.ts';
import { encodeRulesFile } from '../src/main/teacher/rules/statistics-file.ts';
import { capitalsInside, marks, tokenise, type Token } from '../src/main/teacher/rules/tokens.ts';
import { passagesOf, readDocuments } from './story-passages.ts';
import { wordVectors } from './word-vectors.ts';

const leastOccurrences = 3;
const commonWords = 110; // a class each
const bitsPerPair = 8;
const bitsPerStep = 6;
const bitsPerSixGram = 6;

type Counts = Map<string, number>;
const bump = (counts: Counts, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

// -- read ---------------------------------------------------------------------------------------------------------

const [folder, output = 'resources/teacher/english.rules'] = process.argv.slice(2);
if (folder === undefined) {
    console.error('Say which folder the corpus is in: npm run make:rules -- <corpus folder> [output file]');
    process.exit(2);
}

const documents = readDocuments(folder, /\.(?:train|txt)$/u);
const isKeptOut = (document: readonly string[]): boolean =>
    createHash('sha256').update(document.join('\n')).digest()[0]! < 5;
const counted = documents.filter((document) => !isKeptOut(document));
const keptOut = documents.filter(isKeptOut);
const paragraphs = counted.flat();
const tokenised: (readonly Token[])[] = paragraphs.map(tokenise);
console.log(`${documents.length} documents, ${keptOut.length} kept out for the norms`);

// -- words and their kinds ----------------------------------------------------------------------------------------

/** What can precede a base form ("to go", "did go") but hardly ever a past one. */
const beforeBase = new Set('to will would could can did do not may might must shall should let'.split(' '));

const occurrences: Counts = new Map();
const capitals: Counts = new Map(); // inside a sentence
const bases: Counts = new Map();
for (const tokens of tokenised) {
    const named = capitalsInside(tokens);
    for (const [i, { kind, lower }] of tokens.entries()) {
        if (kind !== 'word') continue;
        bump(occurrences, lower);
        if (named[i] === 1) bump(capitals, lower);
        const before = tokens[i - 1];
        if (before !== undefined && beforeBase.has(before.lower)) bump(bases, lower);
    }
}
const corpusWords = [...occurrences.values()].reduce((sum, n) => sum + n, 0);

/** Part of speech → occurrences, by word. */
const tags = new Map<string, Counts>();
const nlp = winkNLP(winkModel, ['sbd', 'pos']);
for (const paragraph of paragraphs) {
    const tokens = nlp.readDoc(paragraph).tokens();
    const words = tokens.out(nlp.its.value) as string[];
    const parts = tokens.out(nlp.its.pos) as string[];
    for (const [i, word] of words.entries()) {
        const lower = word.toLowerCase();
        let counts = tags.get(lower);
        if (counts === undefined) tags.set(lower, (counts = new Map()));
        bump(counts, parts[i]!);
    }
}
console.log(`${corpusWords} words, ${occurrences.size} different`);

const closedParts = new Set(['DET', 'PRON', 'ADP', 'CCONJ', 'SCONJ', 'AUX', 'PART', 'NUM', 'INTJ']);
const share = (word: string, part: string): number => {
    const counts = tags.get(word);
    if (counts === undefined) return 0;
    let all = 0;
    for (const n of counts.values()) all += n;
    return (counts.get(part) ?? 0) / all;
};
const partsByShare = (word: string): string[] =>
    [...(tags.get(word) ?? [])].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([part]) => part);

const isName = (word: string): boolean =>
    (capitals.get(word) ?? 0) > 0.5 * occurrences.get(word)! && word !== 'i' && !word.startsWith("i'");
/** base · ed · ing · s · past: recognised by the ending, and "went" by never following "to". */
function verbForm(word: string): string {
    if (word.endsWith('ing')) return 'ing';
    if (word.endsWith('ed')) return 'ed';
    const base = (bases.get(word) ?? 0) / occurrences.get(word)!;
    if (base > 0.08) return 'base';
    return word.endsWith('s') ? 's' : 'past';
}

function kindsOf(word: string): number {
    const [main] = partsByShare(word);
    let kinds = 0;
    if (main !== undefined && closedParts.has(main)) kinds |= wordKind.function;
    if (share(word, 'NOUN') > 0.4) kinds |= wordKind.noun;
    if (isName(word)) kinds |= wordKind.name;
    if (share(word, 'ADJ') > 0.4) kinds |= wordKind.describing;
    if (share(word, 'VERB') > 0.3) {
        const form = verbForm(word);
        if (form !== 'ing') kinds |= wordKind.finiteVerb;
        if (form === 'ed' || form === 'past') kinds |= wordKind.past;
        if (form === 's') kinds |= wordKind.present;
    }
    return kinds;
}

/** Words that may occur in the same positions share a name: main part of speech, a frequent second one, the form. */
function className(word: string): string {
    if (word.includes("'")) return word.endsWith("'s") ? 'possessive' : 'contraction';
    if (isName(word)) return 'name';
    const [main = 'none', second] = partsByShare(word);
    const also = second !== undefined && share(word, second) > 0.25 ? `|${second}` : '';
    if (main === 'VERB') return `VERB-${verbForm(word)}${also}`;
    if (main === 'NOUN')
        return `NOUN${word.endsWith('s') && !word.endsWith('ss') ? '-s' : word.endsWith('ing') ? '-ing' : ''}${also}`;
    return `${main}${also}`;
}

const frequent = [...occurrences]
    .filter(([, n]) => n >= leastOccurrences)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([word]) => word);
const words = [...leadingWords, ...frequent];

const classNumbers = new Map<string, number>();
let classCount = firstMarkClass + marks.length;
const members: Counts = new Map();
for (const word of frequent.slice(commonWords)) bump(members, className(word));
function classNumber(word: string, rank: number): number {
    let name = rank < commonWords ? `=${word}` : className(word);
    if (name === 'contraction') return contractionClass;
    if (!name.startsWith('=') && (members.get(name) ?? 0) < 12) name = name.replace(/\|.*/u, ''); // too few to count
    let number = classNumbers.get(name);
    if (number === undefined) classNumbers.set(name, (number = classCount++));
    return number;
}
const markOccurrences: Counts = new Map();
for (const tokens of tokenised) for (const { kind, lower } of tokens) if (kind === 'mark') bump(markOccurrences, lower);

const vocabulary: Vocabulary = {
    words,
    rarity: Uint8Array.from(words, (word) => {
        const n = occurrences.get(word) ?? markOccurrences.get(word) ?? 1;
        return Math.min(255, Math.round(8 * Math.log(corpusWords / n)));
    }),
    kinds: Uint8Array.from(words, (word, id) => (id < leadingWords.length ? 0 : kindsOf(word))),
    classes: Uint8Array.from(words, (word, id) => {
        if (id === 0) return unknownClass;
        return id < leadingWords.length
            ? firstMarkClass + id - firstMarkWord
            : classNumber(word, id - leadingWords.length);
    }),
};
if (classCount > 255) throw new Error(`${classCount} word classes do not fit a byte`);
console.log(
    `${words.length} words kept, ${classCount} classes: ${[...classNumbers.keys()].filter((name) => !name.startsWith('=')).join(' ')}`,
);

// -- how they follow each other -----------------------------------------------------------------------------------

const ids = new Map(words.map((word, id) => [word, id]));
const trigramCounts = new Uint32Array(classCount ** 3);
const pairCounts = new Map<number, number>();
const stepCounts = new Map<string, number>(); // four classes as characters
const sixGramHashes = new Map<number, readonly [number, number]>();
for (const tokens of tokenised) {
    const sequence = Int32Array.from(tokens, ({ lower }) => ids.get(lower) ?? 0);
    const named = capitalsInside(tokens);
    const classes = new Uint8Array(sequence.length);
    let [a, b] = [0, 0];
    for (let i = 0; i < sequence.length; i++) {
        const id = sequence[i]!;
        const { kind, lower } = tokens[i]!;
        const c =
            id > 0
                ? vocabulary.classes[id]!
                : kind === 'word' && lower.includes("'")
                  ? contractionClass
                  : named[i] === 1
                    ? unknownNameClass
                    : unknownClass;
        trigramCounts[(a * classCount + b) * classCount + c]!++;
        [a, b] = [b, c];
        classes[i] = c;
        if (i + 1 >= stepLength) bump(stepCounts, String.fromCharCode(...classes.subarray(i + 1 - stepLength, i + 1)));
        if (i > 0 && id > 0 && sequence[i - 1]! > 0) {
            const pair = sequence[i - 1]! * 65_536 + id;
            pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + 1);
        }
    }
    const spoken = sequence.filter((_, i) => tokens[i]!.kind === 'word');
    for (let i = 0; i + copyLength <= spoken.length; i++) {
        const hash = hashSequence(spoken, i, copyLength);
        if (isSampledCopy(hash)) sixGramHashes.set(hash[0], hash);
    }
}
const classTrigrams = Uint8Array.from(trigramCounts, (n) =>
    n < 2 ? 0 : Math.min(255, Math.round(12 * Math.log2(1 + n))),
);

const seenTwice = [...pairCounts].filter(([, n]) => n >= 2).map(([pair]) => pair);
const pairs = new SeenFilter(new Uint8Array(Math.ceil((seenTwice.length * bitsPerPair) / 8)));
for (const pair of seenTwice) pairs.add(hashSequence([Math.floor(pair / 65_536), pair % 65_536], 0, 2));
const knownSteps = [...stepCounts].filter(([, n]) => n >= 2).map(([step]) => step);
const steps = new SeenFilter(new Uint8Array(Math.ceil((knownSteps.length * bitsPerStep) / 8)));
for (const step of knownSteps)
    steps.add(
        hashSequence(
            Array.from(step, (character) => character.charCodeAt(0)),
            0,
            stepLength,
        ),
    );
const sixGrams = new SeenFilter(new Uint8Array(Math.ceil((sixGramHashes.size * bitsPerSixGram) / 8)));
for (const hash of sixGramHashes.values()) sixGrams.add(hash);
console.log(
    `${seenTwice.length} pairs and ${knownSteps.length} steps seen twice, ${sixGramHashes.size} sampled six-grams, ${classTrigrams.filter((n) => n > 0).length} class trigrams`,
);

// -- what belongs together ----------------------------------------------------------------------------------------

const isTopical = (id: number): boolean =>
    id >= leadingWords.length + commonWords &&
    (vocabulary.kinds[id]! & (wordKind.noun | wordKind.describing | wordKind.finiteVerb)) !== 0 &&
    (vocabulary.kinds[id]! & (wordKind.function | wordKind.name)) === 0;
const { vectorWords, vectors, dimensions } = wordVectors(
    tokenised.map((tokens) => tokens.map(({ lower }) => ids.get(lower) ?? 0)),
    isTopical,
    new RandomStream('word-vectors'),
);

// -- what people do -----------------------------------------------------------------------------------------------

const tables: LanguageTables = {
    vocabulary,
    classCount,
    classTrigrams,
    pairs,
    steps,
    sixGrams,
    vectorWords,
    vectors,
    dimensions,
};
const statistics = new LanguageStatistics(tables);

const people = keptOut
    .flatMap((document, at) => passagesOf(document, new RandomStream('norms', at)))
    .map((story) => measureStory(readStory({ prompt: '', story, finished: true }, statistics), statistics));
if (people.length === 0)
    throw new Error('too few documents: none was kept out for the norms, or none holds a passage of 35–80 words');
const features = Object.keys(people[0]!) as (StoryFeature & keyof (typeof people)[number])[];
const norms = Object.fromEntries(
    features.map((feature) => [
        feature,
        quantiles(people.map((measured) => measured[feature])).map((value) => Number(value.toFixed(5))),
    ]),
) as unknown as Norms;
console.log(`norms of ${people.length} passages`);
for (const feature of features) console.log(`  ${feature.padEnd(18)} ${norms[feature]!.join('  ')}`);

const file = encodeRulesFile(tables, norms, { words: corpusWords, documents: counted.length });
writeFileSync(output, file);
console.log(`${output}: ${file.length} bytes, sha256 ${createHash('sha256').update(file).digest('hex')}`);
