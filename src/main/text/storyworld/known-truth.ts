/**
 * Stories with known truth: short tales whose every sentence is an event in a ledger of who is alive, who is where and
 * who has the thing; and twins of them with one planted defect. A sound story keeps to the ledger, a planted one breaks
 * it in one place, and the ledger says so. Twins with a harmless edit, which keep to it, are the control: they change
 * the surface as much.
 */
import type { RandomStream } from '../../learning/random.ts';
import type { Edit, HarmlessEdit } from '../../../shared/ratings/known-truth.ts';
import { names, type Gender } from './storyworld-lexicon.ts';

export interface KnownPair {
    readonly prompt: string;
    readonly sound: string;
    /** By defect, or harmless edit: the twin. */
    readonly edited: Readonly<Record<Edit, string>>;
}

/** All people of a tale are of one gender, so that the other pronoun stands for nobody. */
interface World {
    readonly gender: Gender;
    readonly hero: string;
    readonly friend: string;
    readonly elder: string;
    readonly thing: string;
    readonly otherThing: string;
    readonly home: string;
    readonly market: string;
    readonly far: string;
}

/** What happens in a sentence: who does it, to whom, with what, and where they are then. */
interface LedgerEvent {
    readonly does: 'owns' | 'dies' | 'walks' | 'meets' | 'gives' | 'carries' | 'visits' | 'shows';
    readonly who: string;
    readonly other?: string;
    readonly at?: string;
    readonly thing?: string;
}

/** A sentence and its event. The words are made of the event, so that a changed event is a changed sentence. */
interface ToldEvent {
    readonly event: LedgerEvent;
    readonly say: (event: LedgerEvent) => string;
}

const elders: Readonly<Record<Gender, readonly string[]>> = {
    she: ['the old queen', 'the old nurse', 'the old weaver'],
    he: ['the old king', 'the old miller', 'the old shepherd'],
};
const things = ['silver lantern', 'wooden flute', 'golden key', 'blue kite', 'little drum', 'copper bell', 'red cloak'];
const homes = ['in the white tower', 'at the edge of the wood', 'in the valley', 'beside the lake'];
const markets = ['the market', 'the harbour', 'the bridge', 'the crossroads'];
const farPlaces = ['the mountain', 'the island', 'the mill', 'the lighthouse'];

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function worldOf(random: RandomStream): World {
    const gender = random.pick(['she', 'he'] as const);
    const [hero, friend] = twoOf(names[gender], random.fork('names'));
    const [thing, otherThing] = twoOf(things, random.fork('things'));
    return {
        gender,
        hero: hero!,
        friend: friend!,
        thing: thing!,
        otherThing: otherThing!,
        elder: random.pick(elders[gender]),
        home: random.pick(homes),
        market: random.pick(markets),
        far: random.pick(farPlaces),
    };
}

function twoOf(all: readonly string[], random: RandomStream): readonly string[] {
    return [...random.permutation(all.length).subarray(0, 2)].map((at) => all[at]!);
}

/** The sound tale, sentence by sentence. */
function tellOf({ hero, friend, elder, thing, home, market, far }: World, random: RandomStream): readonly ToldEvent[] {
    const pick = (...ways: readonly string[]): string => random.pick(ways);
    const [found, died, walked] = [
        pick('kept it under the bed', 'looked at it every evening', 'would not sell it for any money'),
        pick('One winter', 'Before the snow came', 'In the spring'),
        pick('walked to', 'went to', 'set out for'),
    ];
    const [lost, thanked, hung, joy] = [
        pick('had lost everything in a fire', 'was on the way home', 'had never owned anything'),
        pick('could hardly believe it', 'laughed for joy', 'promised to take care of it'),
        pick('hung it over the door', 'put it on the window sill', 'laid it in a chest'),
        pick('they ate soup together', 'they sang until midnight', 'they were friends from that day on'),
    ];
    return [
        {
            event: { does: 'owns', who: hero, thing, at: home },
            say: (event) => `${event.who} had a ${event.thing} and ${found}.`,
        },
        {
            event: { does: 'dies', who: elder },
            say: (event) => `${died} ${event.who} died, and everybody wept at the grave.`,
        },
        {
            event: { does: 'walks', who: hero, at: market },
            say: (event) => `After that ${event.who} took the ${thing} and ${walked} ${event.at}.`,
        },
        {
            event: { does: 'meets', who: hero, other: friend, at: market },
            say: (event) => `There ${event.who} met ${event.other}, who ${lost}.`,
        },
        {
            event: { does: 'gives', who: hero, other: friend, thing },
            say: (event) => `${event.who} gave the ${event.thing} to ${event.other}, who ${thanked}.`,
        },
        {
            event: { does: 'carries', who: friend, thing, at: far },
            say: (event) => `${capital(event.who)} carried the ${event.thing} to ${event.at} and ${hung}.`,
        },
        {
            event: { does: 'visits', who: hero, other: friend, at: far },
            say: (event) => `A year later ${event.who} came to ${event.at} to visit ${event.other}.`,
        },
        {
            event: { does: 'shows', who: friend, other: hero, thing, at: far },
            say: (event) => `${capital(event.who)} showed ${event.other} the ${event.thing}, and ${joy}.`,
        },
    ];
}

/**
 * The first event that cannot be, after those before it: somebody dead acts, somebody gives, carries or shows what they
 * do not have, or meets or visits where they are not. Null where the ledger holds to the end.
 */
export function firstBreak(told: readonly ToldEvent[]): number | null {
    const dead = new Set<string>();
    const placeOf = new Map<string, string>();
    const known = new Set<string>();
    let holder = '';
    let held = '';
    const allowed = ({ does, who, other = '', at = '', thing }: LedgerEvent): boolean => {
        const has = holder === who && (thing === undefined || held === thing);
        if (dead.has(who)) return false;
        switch (does) {
            case 'owns':
            case 'dies':
                return true;
            case 'walks':
            case 'carries':
                return has;
            case 'meets':
                return placeOf.get(who) === at;
            case 'gives':
                return has && known.has(other);
            case 'visits':
                return placeOf.get(other) === at;
            case 'shows':
                return has && placeOf.get(who) === at && placeOf.get(other) === at;
        }
    };
    for (const [i, { event }] of told.entries()) {
        if (!allowed(event)) return i;
        const { does, who, other, at, thing } = event;
        if (does === 'dies') dead.add(who);
        if (at !== undefined) placeOf.set(who, at);
        if (does === 'meets') known.add(other!);
        if (does === 'owns') [holder, held] = [who, thing!];
        if (does === 'gives') holder = other!;
    }
    return null;
}

const textOf = (told: readonly ToldEvent[]): string => told.map(({ event, say }) => say(event)).join(' ');

/** The same with the event of one sentence changed. */
function changed(
    told: readonly ToldEvent[],
    does: LedgerEvent['does'],
    change: Partial<LedgerEvent>,
): readonly ToldEvent[] {
    return told.map((each) => (each.event.does === does ? { ...each, event: { ...each.event, ...change } } : each));
}

const otherPronoun: Readonly<Record<Gender, string>> = { she: 'he', he: 'she' };
/** The defects that break the ledger; the other ones are of the text alone. */
export const ledgerDefects = ['entity-swapped', 'thing-changed', 'order-broken', 'dead-return'] as const;
type LedgerDefect = (typeof ledgerDefects)[number];

interface KnownTelling {
    readonly world: World;
    readonly sound: readonly ToldEvent[];
    readonly broken: Readonly<Record<LedgerDefect, readonly ToldEvent[]>>;
}

/** Telling `index` of those that grow from `random`, and what breaks its ledger: always the same. */
export function knownTelling(random: RandomStream, index: number): KnownTelling {
    const draw = random.fork('pair', index);
    const world = worldOf(draw.fork('world'));
    const sound = tellOf(world, draw.fork('words'));
    // given before the two have met, or carried before it was given
    const gives = sound.findIndex(({ event }) => event.does === 'gives');
    const first = draw.fork('order').pick([gives - 1, gives]);
    return {
        world,
        sound,
        broken: {
            'entity-swapped': changed(sound, 'carries', { who: world.hero }),
            'thing-changed': changed(sound, draw.fork('thing').pick(['carries', 'shows'] as const), {
                thing: world.otherThing,
            }),
            'order-broken': sound.with(first, sound[first + 1]!).with(first + 1, sound[first]!),
            'dead-return': changed(sound, 'visits', { who: world.elder }),
        },
    };
}

/**
 * The same as texts: a sound story, and a twin for each defect.
 * @throws an error where the ledger disagrees with what was planted: the grammar is wrong then
 */
export function knownPair(random: RandomStream, index: number): KnownPair {
    const { world, sound, broken } = knownTelling(random, index);
    if (firstBreak(sound) !== null || ledgerDefects.some((defect) => firstBreak(broken[defect]) === null))
        throw new Error(`the ledger of pair ${index} does not hold what was planted`);
    const draw = random.fork('texts', index);
    const sentences = sound.map(({ event, say }) => say(event));
    const twice = 1 + draw.fork('twice').integer(sentences.length - 2);
    const texts: Readonly<Record<Edit, string>> = {
        'entity-swapped': textOf(broken['entity-swapped']),
        'thing-changed': textOf(broken['thing-changed']),
        'order-broken': textOf(broken['order-broken']),
        'pronoun-alone': textOf(changed(sound, 'carries', { who: otherPronoun[world.gender] })),
        'dead-return': textOf(broken['dead-return']),
        'prompt-ignored': otherTale(random, index, world),
        'cut-off': cutOff(sentences, draw.fork('cut')),
        repeated: sentences.toSpliced(twice, 0, sentences[twice]!).join(' '),
        ...harmlessTwins(random, index, world, sound),
    };
    return {
        prompt: `Once upon a time ${world.hero} lived ${world.home} with ${world.elder}.`,
        sound: textOf(sound),
        edited: texts,
    };
}

const asides = [
    'The sky was grey that day.',
    'A dog barked somewhere.',
    'It was a quiet morning.',
    'The wind blew from the sea.',
];

/** The same story with one edit that changes nothing of who is where and has what. */
function harmlessTwins(
    random: RandomStream,
    index: number,
    world: World,
    sound: readonly ToldEvent[],
): Readonly<Record<HarmlessEdit, string>> {
    const draw = random.fork('harmless', index);
    const others = names[world.gender].filter((name) => name !== world.hero && name !== world.friend);
    const renamed = changedThroughout(sound, world.friend, draw.fork('name').pick(others));
    if (firstBreak(renamed) !== null) throw new Error(`the ledger of pair ${index} does not hold with another name`);
    const sentences = sound.map(({ event, say }) => say(event));
    const place = 1 + draw.fork('place').integer(sentences.length - 2);
    return {
        renamed: textOf(renamed),
        reworded: reworded(random, index, world, sentences),
        'pronoun-right': textOf(changed(sound, 'carries', { who: world.gender })),
        'sentence-more': sentences.toSpliced(place, 0, draw.fork('aside').pick(asides)).join(' '),
    };
}

function changedThroughout(told: readonly ToldEvent[], name: string, to: string): readonly ToldEvent[] {
    const named = (who: string | undefined): string | undefined => (who === name ? to : who);
    return told.map(({ event, say }) => ({
        event: { ...event, who: named(event.who)!, ...(event.other ? { other: named(event.other)! } : {}) },
        say,
    }));
}

/** One sentence of the same tale as it is told in other words. */
function reworded(random: RandomStream, index: number, world: World, sentences: readonly string[]): string {
    for (let attempt = 0; ; attempt++) {
        const draw = random.fork('other words', index, attempt);
        const told = tellOf(world, draw).map(({ event, say }) => say(event));
        const differing = told.flatMap((sentence, i) => (sentence === sentences[i] ? [] : [i]));
        if (differing.length === 0) continue;
        const at = draw.fork('sentence').pick(differing);
        return sentences.with(at, told[at]!).join(' ');
    }
}

/** A sound tale of other people. */
function otherTale(random: RandomStream, index: number, { hero, elder }: World): string {
    for (let attempt = 0; ; attempt++) {
        const draw = random.fork('other tale', index, attempt);
        const other = worldOf(draw.fork('world'));
        if (other.hero !== hero && other.friend !== hero && other.elder !== elder)
            return textOf(tellOf(other, draw.fork('words')));
    }
}

/** Within the last sentence, after at least two of its words and before its last two. */
function cutOff(sentences: readonly string[], random: RandomStream): string {
    const last = sentences.at(-1)!.split(' ');
    const kept = last.slice(0, 2 + random.integer(last.length - 4));
    return [...sentences.slice(0, -1), kept.join(' ').replace(/[^\p{L}]+$/u, '')].join(' ');
}
