/**
 * Writes the sample corpus: simple, coherent stories from a small grammar, as many as needed, with nothing to download.
 * Each has someone who wants something, a hindrance, somebody or some thought that helps, a turn and an end.
 */
import type { RandomStream } from '../../learning/random.ts';
import {
    fears,
    heroKinds,
    hindrances,
    keepers,
    mischiefs,
    names,
    natures,
    relatives,
    smallOnes,
    wishes,
} from './storyworld-lexicon.ts';
import type { Ally, Gender, Hindrance, Wish } from './storyworld-lexicon.ts';
import { countWords } from '../words.ts';

/** Increased whenever the same seed would give other stories. */
export const storyworldVersion = 1;

const fewestWords = 40;
const mostWords = 90;

/** Story `index` of the corpus that grows from `random`: 40–90 words, always the same for the same pair. */
export function writeStory(random: RandomStream, index: number): string {
    const draw = random.fork('story', index);
    const plot = draw.pick(plots);
    for (;;) {
        const cast = castStory(draw);
        const sentences = plot(draw, cast);
        const story = sentences.map((sentence) => fillSlots(sentence, cast)).join(' ');
        const words = countWords(story);
        if (words >= fewestWords && words <= mostWords) return story;
    }
}

/** Who and what a story is about: slot → part → words. */
type Cast = Map<string, Readonly<Record<string, string>>>;
type Plot = (draw: RandomStream, cast: Cast) => readonly string[];

const pronouns: Readonly<Record<Gender | 'it', Readonly<Record<'he' | 'him' | 'his', string>>>> = {
    she: { he: 'she', him: 'her', his: 'her' },
    he: { he: 'he', him: 'him', his: 'his' },
    it: { he: 'it', him: 'it', his: 'its' },
};

function castStory(draw: RandomStream): Cast {
    const heroKind = draw.pick(heroKinds);
    const gender = heroKind.gender ?? drawGender(draw);
    const relativeGender = drawGender(draw);
    const nature = draw.pick(natures);
    return new Map([
        ['hero', { the: draw.pick(names[gender]), ...pronouns[gender] }],
        ['being', { bare: `${nature} ${heroKind.kind}`, the: `the ${heroKind.kind}` }],
        ['home', { the: draw.pick(heroKind.homes) }],
        [
            'kin',
            { the: `${pronouns[gender].his} ${draw.pick(relatives[relativeGender])}`, ...pronouns[relativeGender] },
        ],
    ]);
}

function drawGender(draw: RandomStream): Gender {
    return draw.pick(['she', 'he']);
}

function common(bare: string, gender: Gender | 'it' = 'it'): Readonly<Record<string, string>> {
    return { bare, the: `the ${bare}`, ...pronouns[gender] };
}

/** These sentences one time in `outOf`, otherwise none. */
function sometimes(draw: RandomStream, outOf: number, ...choices: readonly string[]): readonly string[] {
    return draw.integer(outOf) === 0 ? [draw.pick(choices)] : [];
}

const openings = [
    'Once upon a time, in a faraway land, there lived {a being} named {hero}.',
    'Once upon a time, in a faraway land, there was {a being} called {hero}.',
    'Once upon a time, in a faraway land, lived {hero}, {a being}.',
    'Once upon a time there lived {a being} named {hero}.',
    'Once there was {a being} called {hero}.',
    'There was once {a being} whose name was {hero}.',
    'Long ago there lived {a being} called {hero}.',
    '{Home} there lived {a being} named {hero}.',
    '{Home} lived {hero}, {a being}.',
    '{Hero} was {a being} who lived {home}.',
    '{Hero} and {kin} lived {home}.',
    'Far away lived {a being} called {hero}.',
] as const;

const farewells = [
    'And they all lived happily ever after.',
    'And if nobody has moved it, it is there to this day.',
    'People still tell the story of {hero} when the evenings are long.',
    'And so everything ended well.',
    'That was the best day of the whole year.',
    '{Hero} slept soundly that night.',
    'From that day on nobody laughed at {being}.',
] as const;

/** A wish that lies behind a hindrance; someone who was helped helps in return. */
function kindnessRepaid(draw: RandomStream, cast: Cast): readonly string[] {
    const { wish, hindrance, ally } = castQuest(draw, cast);
    const waits = `${wish.waits ?? 'lay'} ${draw.pick(hindrance.where)}`;
    return [
        draw.pick(openings),
        draw.pick(wish.why),
        draw.pick([
            `On the way {hero} found {a ally} ${ally.plight}, and {hero.he} ${ally.rescue}.`,
            `{Hero} met {a ally} ${ally.plight}, and {hero.he} ${ally.rescue}.`,
            `By the road sat {a ally} ${ally.plight}, and {hero} ${ally.rescue}.`,
        ]),
        draw.pick([`But {thing} ${waits}.`, `Now {thing} ${waits}.`, `{Hero} learned that {thing} ${waits}.`]),
        draw.pick([
            `Then {ally} came and ${draw.pick(ally.deed)}.`,
            `In return {ally} ${draw.pick(ally.deed)}.`,
            `"I owe you this," said {ally}, and ${draw.pick(ally.deed)}.`,
            `The grateful {ally.kind} ${draw.pick(ally.deed)}.`,
        ]),
        draw.pick(wish.end),
        ...sometimes(draw, 8, ...farewells),
    ];
}

/** A wish that lies behind a hindrance; what one cannot do alone, two can. */
function helpAsked(draw: RandomStream, cast: Cast): readonly string[] {
    const { wish, hindrance, ally } = castQuest(draw, cast);
    const waits = `${wish.waits ?? 'lay'} ${draw.pick(hindrance.where)}`;
    return [
        draw.pick(openings),
        draw.pick(wish.why),
        draw.pick([
            `{Hero} learned that {thing} ${waits}.`,
            `An old song told {hero} that {thing} ${waits}.`,
            `{Hero} set out, but {thing} ${waits}.`,
        ]),
        draw.pick([...hindrance.trial, ...hindrance.bar]),
        draw.pick([
            `"Let me help you," said {a ally}, and {ally.he} ${draw.pick(ally.deed)}.`,
            `"Two are better than one," said {a ally}, and ${draw.pick(ally.deed)}.`,
            `Just then {a ally} came along and ${draw.pick(ally.deed)}.`,
            `{Hero} asked {a ally}, who ${draw.pick(ally.deed)}.`,
        ]),
        ...sometimes(draw, 6, '{Hero} thanked {ally} with all {hero.his} heart.', '"Now we are friends," said {hero}.'),
        draw.pick(wish.end),
        ...sometimes(draw, 8, ...farewells),
    ];
}

/** A wish in the keeping of someone everybody fears, until somebody asks what is the matter. */
function keeperWonOver(draw: RandomStream, cast: Cast): readonly string[] {
    const { wish, hindrance } = castQuest(draw, cast);
    const keeper = draw.pick(keepers);
    cast.set('keeper', common(draw.pick(keeper.kinds)));
    return [
        draw.pick(openings),
        draw.pick(wish.why),
        draw.pick([
            `{A keeper} that ${draw.pick(keeper.manner)} kept it ${draw.pick(hindrance.where)}.`,
            `But {thing} was in the hands of {a keeper} that ${draw.pick(keeper.manner)}.`,
            `It was guarded by {a keeper} that ${draw.pick(keeper.manner)}.`,
            `{Hero} found it with {a keeper} that ${draw.pick(keeper.manner)}.`,
        ]),
        ...sometimes(
            draw,
            4,
            '"Do not go," begged {kin}, but {hero} went.',
            '{Hero} packed some bread and set out alone.',
        ),
        ...draw.pick(keeper.exchange),
        draw.pick([
            'Then {keeper} smiled and gave {hero} {thing}.',
            '"Take {thing}," said {keeper}, "and come again."',
            'At that {keeper} laughed out loud and let {hero} have {thing}.',
            'So {hero} went home with {thing}.',
        ]),
        draw.pick(wish.end),
        ...sometimes(draw, 3, ...keeper.afterwards),
    ];
}

/** Somebody afraid, somebody in need, and what was feared turns out otherwise. */
function fearOvercome(draw: RandomStream, cast: Cast): readonly string[] {
    const fear = draw.pick(fears);
    cast.set('small', common(draw.pick(smallOnes)));
    return [
        draw.pick(openings),
        draw.pick([
            `{Hero} feared nothing except ${fear.of}.`,
            `Nobody knew it, but {hero} was terribly afraid of ${fear.of}.`,
            `{Hero} could bear anything but ${fear.of}.`,
        ]),
        ...sometimes(draw, 3, ...fear.shown),
        draw.pick(fear.call),
        ...sometimes(
            draw,
            5,
            'There was nobody else to help.',
            'Everyone stood there and did not know what to do.',
            '"Somebody must go," said {kin}.',
        ),
        draw.pick(fear.step),
        ...sometimes(draw, 2, ...fear.found),
        draw.pick([
            'Before long {small} was safe, and {hero} carried it home.',
            '{Hero} brought {small} back and could not stop smiling.',
            '"Thank you," whispered {small}, and held on tight all the way home.',
            'Soon {small} was safe in the arms of {hero}.',
        ]),
        draw.pick([
            `Ever since, {hero} has had a little less fear of ${fear.of}, and one friend more.`,
            '"I was afraid," said {hero} that evening, "but only a little."',
            `{Kin} baked a cake, and {hero} was never again afraid of ${fear.of}.`,
            `Whoever is afraid of ${fear.of} now asks {hero} to come along.`,
            'After that {hero} was never quite so small again.',
        ]),
    ];
}

/** Something taken without leave, harm done, a silence that weighs more and more, and the truth. */
function mischiefMended(draw: RandomStream, cast: Cast): readonly string[] {
    const mischief = draw.pick(mischiefs);
    cast.set('owner', common(mischief.owner, mischief.gender));
    return [
        draw.pick(openings),
        draw.pick(mischief.taken),
        draw.pick(mischief.harm),
        ...sometimes(
            draw,
            3,
            '"It was not me," said {hero}, and felt {hero.his} ears grow hot.',
            '{Hero} hid in the hay and hoped that nobody would find out.',
            '{Hero} said nothing, but that night {hero.he} could not sleep.',
            'When {kin} asked about it, {hero} looked at the floor.',
        ),
        draw.pick([
            'In the morning {hero} went to {owner} and told {owner.him} the whole truth.',
            'After two days {hero} could bear it no longer and confessed to {owner}.',
            '"It was me," {hero} said to {owner} at last, "and I am sorry."',
        ]),
        ...sometimes(
            draw,
            3,
            '{Owner} was angry at first. "Then help me to put it right," {owner.he} said.',
            '"A thing can be mended," said {owner}, "if somebody mends it."',
            '"That was hard to say," answered {owner}.',
        ),
        draw.pick(mischief.amends),
        draw.pick([
            'When all was done, {owner} shook {hero.his} hand, and {hero} felt as light as a bird.',
            'In the end {owner} taught {hero} the trade, and they became good friends.',
            'After that {hero} always asked first.',
            '"Now we are even," said {owner}, and both of them laughed.',
        ]),
        ...sometimes(draw, 8, ...farewells),
    ];
}

const plots: readonly Plot[] = [kindnessRepaid, helpAsked, keeperWonOver, fearOvercome, mischiefMended];

function castQuest(
    draw: RandomStream,
    cast: Cast,
): { readonly wish: Wish; readonly hindrance: Hindrance; readonly ally: Ally } {
    const wish = draw.pick(wishes);
    const hindrance = draw.pick(hindrances);
    const ally = draw.pick(hindrance.allies);
    cast.set('thing', common(draw.pick(wish.things)));
    cast.set('ally', { ...common(drawAge(draw, ally.kind), ally.gender), kind: ally.kind });
    return { wish, hindrance, ally };
}

/** "an old heron" at its first appearance, or just "a heron". */
function drawAge(draw: RandomStream, kind: string): string {
    return draw.integer(2) === 0
        ? kind
        : `${draw.pick(['old', 'grey', 'young', 'tired', 'friendly', 'strange'])} ${kind}`;
}

/**
 * `{hero.his}`, `{a thing}`, `{Ally}`: a slot, its part ("the" where none is named), an article, a capital as written.
 */
const slotPattern = /\{([aA] )?([A-Za-z]+)(?:\.([a-z]+))?\}/g;

function fillSlots(template: string, cast: Cast): string {
    return template.replace(
        slotPattern,
        (slot, article: string | undefined, name: string, part: string | undefined) => {
            const words = cast.get(name.toLowerCase())?.[article !== undefined ? 'bare' : (part ?? 'the')];
            if (words === undefined) throw new Error(`the storyworld has nothing for ${slot}`);
            const phrase = article !== undefined ? withArticle(words) : words;
            const isCapital = (article ?? name)[0] !== (article ?? name)[0]!.toLowerCase();
            return isCapital ? phrase[0]!.toUpperCase() + phrase.slice(1) : phrase;
        },
    );
}

/** By sound, as far as spelling shows it; the lexicon has no other words that differ. */
function withArticle(noun: string): string {
    const soundsLikeVowel = /^(?:[aeiou]|hon|hour)/.test(noun) && !/^(?:uni|use|one|eu)/.test(noun);
    return `${soundsLikeVowel ? 'an' : 'a'} ${noun}`;
}
