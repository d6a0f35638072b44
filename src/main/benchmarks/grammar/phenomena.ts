/**
 * What the grammar battery asks for, phenomenon by phenomenon. Every frame makes two pairs that mirror each other: what
 * is right after one beginning is wrong after the other, and the words next to the one that differs are the same in
 * both. Whoever only knows how frequent words and neighbours are gets exactly one of the two right.
 */
import type { RandomStream } from '../../learning/random.ts';
import {
    actions,
    actors,
    couples,
    doings,
    doneTo,
    groups,
    happened,
    looks,
    manners,
    men,
    places,
    states,
    things,
    times,
    toOneself,
} from './lexicon.ts';

/** `keys[0]` belongs after `beginnings[0]`, `keys[1]` after `beginnings[1]`. */
export interface MirroredFrame {
    readonly beginnings: readonly [string, string];
    readonly keys: readonly [string, string];
    readonly ends: readonly [string, string];
}

/** Words that go with one, and with many. */
const counting = [
    ['One', 'Two'],
    ['One', 'Three'],
    ['This', 'These'],
    ['That', 'Those'],
    ['The', 'The'],
] as const;

export const phenomena = {
    /** “These dogs near the house were (was) very hungry.” The place between is as often one as many. */
    agreement_across_phrase(random) {
        const who = random.pick(groups);
        const [one, many] = random.pick(counting);
        const between = random.pick(places)[random.pick(['one', 'many'] as const)];
        const where = `${random.pick(['near', 'behind', 'by'])} the ${between}`;
        return wasOrWere(`${one} ${who.one} ${where}`, `${many} ${who.many} ${where}`, random);
    },
    /** “The children at last were (was) very tired.” */
    agreement_across_adverb(random) {
        const who = random.pick(groups);
        const when = random.pick(times);
        return random.integer(3) === 0
            ? wasOrWere(`${random.pick(['He', 'She', 'It'])} ${when}`, `They ${when}`, random)
            : wasOrWere(`The ${who.one} ${when}`, `The ${who.many} ${when}`, random);
    },
    /** “The king saw three old houses (house) in the forest.” */
    determiner_noun(random) {
        const [one, many] = random.pick(counting.slice(0, -1));
        const seen = random.pick([...places, ...things]);
        const start = `The ${random.pick(actors).one} ${random.pick(['saw', 'found', 'liked', 'remembered'])}`;
        const look = random.pick(looks);
        return {
            beginnings: [`${start} ${one.toLowerCase()} ${look}`, `${start} ${many.toLowerCase()} ${look}`],
            keys: [seen.one, seen.many],
            ends: twice(` ${random.pick(['in the forest', 'on the way home', 'that day', 'in the morning'])}.`),
        };
    },
    /** “The queen saw herself (himself) in the water.” */
    anaphor_gender(random) {
        const [she, he] = random.pick(couples);
        const [before, after] = random.pick(toOneself);
        const age = random.pick(['', 'old ', 'young ', 'poor ']);
        return {
            beginnings: [`The ${age}${she} ${before}`, `The ${age}${he} ${before}`],
            keys: ['herself', 'himself'],
            ends: twice(` ${after}.`),
        };
    },
    /** “The brothers saw themselves (himself) in the water.” */
    anaphor_number(random) {
        const { one, many } = random.pick(men);
        const [before, after] = random.pick(toOneself);
        const age = random.pick(['', 'old ', 'young ', 'poor ']);
        return {
            beginnings: [`The ${age}${one} ${before}`, `The ${age}${many} ${before}`],
            keys: ['himself', 'themselves'],
            ends: twice(` ${after}.`),
        };
    },
    /** “The fox did not sing, and the bear did not sing either (too).” “The fox never sang either (too).” */
    negation(random) {
        const [sing, sang] = random.pick(doings);
        const one = random.pick(actors).one;
        const other = random.pick(actors.map((who) => who.one).filter((who) => who !== one));
        const both = (did: string): string => `The ${one} ${did} ${sing}, and the ${other} ${did} ${sing}`;
        const beginnings: MirroredFrame['beginnings'] =
            random.integer(2) === 0
                ? [both('did'), both('did not')]
                : [`Then the ${one} ${sang}`, `But the ${one} never ${sang}`];
        return { beginnings, keys: ['too', 'either'], ends: twice('.') };
    },
    /**
     * “Why did the wolf eat (ate) the bread?” “The king let the wolf eat (ate) it.” “The wolf had quickly eaten (ate)
     * it.”
     */
    verb_form(random) {
        const who = random.pick(actors).one;
        const { plain, past, done, object } = random.pick(actions);
        switch (random.integer(3)) {
            case 0:
                return {
                    beginnings: [`${random.pick(['Why', 'When', 'How'])} did the ${who}`, `Then the ${who}`],
                    keys: [plain, past],
                    ends: [` ${object}?`, ` ${object}.`],
                };
            case 1: {
                const other = random.pick(actors.map(({ one }) => one).filter((one) => one !== who));
                return {
                    beginnings: [
                        `The ${other} ${random.pick(['let', 'made'])} the ${who}`,
                        `The ${other} and the ${who}`,
                    ],
                    keys: [plain, past],
                    ends: twice(` ${object}.`),
                };
            }
            default: {
                const how = random.pick(manners);
                return {
                    beginnings: [`The ${who} had ${how}`, `The ${who} then ${how}`],
                    keys: [done, past],
                    ends: twice(` ${object}.`),
                };
            }
        }
    },
    /** “The ring was secretly stolen (slept).” “The king had secretly slept (stolen).” */
    argument_structure(random) {
        const how = random.pick(manners);
        return {
            beginnings: [`The ${random.pick(things).one} was ${how}`, `The ${random.pick(actors).one} had ${how}`],
            keys: [random.pick(doneTo), random.pick(happened)],
            ends: twice(random.pick(['.', ' that night.', ' at last.'])),
        };
    },
} as const satisfies Readonly<Record<string, (random: RandomStream) => MirroredFrame>>;

export type Phenomenon = keyof typeof phenomena;

function wasOrWere(one: string, many: string, random: RandomStream): MirroredFrame {
    return { beginnings: [one, many], keys: ['was', 'were'], ends: twice(` very ${random.pick(states)}.`) };
}

const twice = (end: string): readonly [string, string] => [end, end];
