/**
 * Tasks as large as the official ones, of made-up English. In tokens of the shipped student their texts
 * are about as long as a sample of the real ones, and begin alike as far: 14 tokens a sentence of BLiMP, 22 for both of
 * a pair together.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { officialSizes } from '../../src/main/benchmarks/tasks/expected.ts';
import { RandomStream } from '../../src/main/learning/random.ts';

const nouns = ['king', 'miller', 'sister', 'goose', 'tailor', 'giant', 'princess', 'shepherd', 'wolf', 'farmer'];
const adjectives = ['old', 'clever', 'little', 'golden', 'hungry', 'proud', 'lonely', 'brave'];
const verbs = ['find', 'carry', 'follow', 'answer', 'watch', 'remember', 'visit', 'forget'];
const places = ['behind the mill', 'in the dark forest', 'by the river', 'on top of the hill', 'under the bridge'];
const names = ['Rapunzel', 'Veronica', 'Christopher', 'Margaret', 'Samantha', 'Theodore'];
const times = ['yesterday', 'every morning', 'before the winter', 'after the long storm'];

type Pair = readonly [good: string, bad: string];
type Shape = (pick: (from: readonly string[]) => string) => Pair;

/** The same with either word in the gap. */
const either = (text: string, good: string, bad: string): Pair => [text.replace('_', good), text.replace('_', bad)];

/** From a difference in the first word to one in the last. */
const shapes: readonly Shape[] = [
    (pick) =>
        either(
            `_ ${pick(adjectives)} ${pick(nouns)}s ${pick(places)} ${pick(verbs)} the ${pick(adjectives)} ${pick(nouns)} ${pick(times)}.`,
            'These',
            'This',
        ),
    (pick) =>
        either(`Who _ ${pick(names)} ${pick(verbs)} with ${pick(names)} ${pick(places)} ${pick(times)}?`, 'did', 'has'),
    (pick) =>
        either(
            `The ${pick(nouns)}s _ the ${pick(adjectives)} ${pick(nouns)} ${pick(places)} ${pick(times)}.`,
            pick(verbs),
            'sleeps',
        ),
    (pick) => either(`The ${pick(adjectives)} ${pick(nouns)} that ${pick(names)} saw _ ${pick(places)}.`, 'is', 'are'),
    (pick) =>
        either(`${pick(names)} did ${pick(verbs)} this ${pick(adjectives)} _ ${pick(places)}.`, 'house', 'houses'),
    (pick) =>
        either(
            `${pick(names)} and the ${pick(nouns)} ${pick(places)} did not ${pick(verbs)} _.`,
            'themselves',
            'himself',
        ),
    (pick) =>
        either(`The ${pick(nouns)} can ${pick(verbs)} the ${pick(adjectives)} ${pick(nouns)} _.`, 'too', 'either'),
    (pick) => either(`${pick(names)} will ${pick(verbs)} _.`, 'herself', 'himself'),
];

const questions: readonly Shape[] = [
    (pick) =>
        either(`Should _ ${pick(verbs)} the ${pick(adjectives)} ${pick(nouns)}?\nNo, I should not.`, 'you', 'she'),
    (pick) =>
        either(
            `What did ${pick(names)} ${pick(verbs)}? ${pick(names)} did ${pick(verbs)} a _ ${pick(places)}.`,
            'lamp',
            'king',
        ),
    (pick) => either(`_ the ${pick(nouns)} who is ${pick(adjectives)} ${pick(verbs)} ${pick(times)}?`, 'Does', 'Is'),
];

function textsOf(choice: readonly Shape[], count: number, file: number, random: RandomStream): readonly Pair[] {
    const pick = (from: readonly string[]): string => from[random.integer(from.length)]!;
    return Array.from({ length: count }, () => choice[file % choice.length]!(pick));
}

/** Writes BLiMP and its supplement, with as many files and pairs as the official folder has. */
export function writePairs(folder: string): void {
    const random = new RandomStream('official size');
    const { blimp, supplement } = officialSizes.full;
    for (const [task, size, choice] of [
        ['blimp_filtered', blimp!, shapes],
        ['supplement_filtered', supplement!, questions],
    ] as const)
        for (let file = 0; file < size.files; file++) {
            const count =
                Math.floor((size.items * (file + 1)) / size.files) - Math.floor((size.items * file) / size.files);
            const labels = { field: 'made', linguistics_term: 'made', UID: `made_${file}` };
            const lines = textsOf(choice, count, file, random).map(([good, bad], i) => ({
                sentence_good: good,
                sentence_bad: bad,
                pairID: `${i}`,
                ...(task === 'blimp_filtered' ? labels : {}),
            }));
            write(join(folder, 'full_eval', task, `made_${file}.jsonl`), lines);
        }
}

/** Writes questions of entity tracking: boxes, three moves, five answers. */
export function writeTracking(folder: string, count: number): void {
    const random = new RandomStream('boxes');
    const things = ['the bell', 'the ring', 'the lamp', 'the drum', 'the key', 'the map', 'the coat', 'the clock'];
    const lines = Array.from({ length: count }, (_, i) => {
        const order = random.permutation(things.length);
        const thing = (at: number): string => things[order[at]!]!;
        const boxes = Array.from({ length: 7 }, (_, box) => `Box ${box} contains ${thing(box)}`).join(', ');
        const moves = `Move ${thing(0)} from Box 0 to Box 1. Remove ${thing(2)} from Box 2. Put ${thing(7)} into Box 4.`;
        return {
            sample_id: i,
            example_id: i,
            numops: 3,
            input_prefix: `${boxes}. ${moves} Box 3 contains `,
            options: [3, 0, 1, 2, 4].map((at) => `${thing(at)}.`),
        };
    });
    write(join(folder, 'full_eval', 'entity_tracking', 'regular.jsonl'), lines);
}

function write(file: string, lines: readonly object[]): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
}
