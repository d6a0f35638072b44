/** Words that children's stories are full of, in the forms that the phenomena of the grammar battery need. */

export interface Noun {
    readonly one: string;
    readonly many: string;
}

const noun = (one: string, many = `${one}s`): Noun => ({ one, many });

/** Who acts in a story. */
export const actors: readonly Noun[] = [
    noun('dog'),
    noun('cat'),
    noun('bird'),
    noun('bear'),
    noun('horse'),
    noun('lion'),
    noun('king'),
    noun('queen'),
    noun('boy'),
    noun('girl'),
    noun('giant'),
    noun('sister'),
    noun('brother'),
    noun('soldier'),
    noun('fox', 'foxes'),
    noun('wolf', 'wolves'),
    noun('mouse', 'mice'),
    noun('man', 'men'),
    noun('woman', 'women'),
    noun('child', 'children'),
];

/** Those whose plural is as common as their singular. */
export const groups: readonly Noun[] = actors.filter(({ one }) =>
    ['dog', 'bird', 'horse', 'boy', 'girl', 'sister', 'brother', 'soldier', 'man', 'woman', 'child'].includes(one),
);

/** Where a story happens. */
export const places: readonly Noun[] = [
    noun('tree'),
    noun('house'),
    noun('hill'),
    noun('river'),
    noun('bridge'),
    noun('tower'),
    noun('door'),
    noun('gate'),
    noun('garden'),
    noun('rock'),
];

/** What is found, given and lost in a story. */
export const things: readonly Noun[] = [
    noun('ring'),
    noun('apple'),
    noun('flower'),
    noun('stone'),
    noun('stick'),
    noun('boat'),
    noun('nest'),
    noun('egg'),
    noun('chair'),
    noun('box', 'boxes'),
];

/** Of somebody, after “very”. */
export const states = ['happy', 'hungry', 'tired', 'sad', 'angry', 'proud', 'small', 'cold', 'quiet', 'old'] as const;

/** Of a thing or a place. */
export const looks = ['old', 'little', 'big', 'beautiful', 'golden', 'white', 'strange', 'dark'] as const;

/** A woman and a man who are told of in the same way. */
export const couples = [
    ['girl', 'boy'],
    ['queen', 'king'],
    ['princess', 'prince'],
    ['woman', 'man'],
    ['mother', 'father'],
    ['sister', 'brother'],
    ['daughter', 'son'],
    ['wife', 'husband'],
] as const;

export const men: readonly Noun[] = [
    noun('king'),
    noun('prince', 'princes'),
    noun('boy'),
    noun('man', 'men'),
    noun('brother'),
    noun('son'),
    noun('father'),
    noun('giant'),
];

/** What is done to oneself: before the pronoun, and after it. */
export const toOneself = [
    ['saw', 'in the water'],
    ['looked at', 'in the glass'],
    ['washed', 'in the river'],
    ['hid', 'behind the tree'],
    ['warmed', 'by the fire'],
    ['dressed', 'in the morning'],
    ['threw', 'on the ground'],
    ['found', 'in a dark forest'],
    ['laid', 'down to sleep'],
    ['gave', 'a new name'],
] as const;

/** What one does alone: infinitive and past. */
export const doings = [
    ['sleep', 'slept'],
    ['come', 'came'],
    ['speak', 'spoke'],
    ['sing', 'sang'],
    ['dance', 'danced'],
    ['cry', 'cried'],
    ['smile', 'smiled'],
    ['laugh', 'laughed'],
    ['swim', 'swam'],
    ['climb', 'climbed'],
] as const;

/** An action on a thing: infinitive, past and participle, all three different. */
export const actions = [
    { plain: 'eat', past: 'ate', done: 'eaten', object: 'the bread' },
    { plain: 'take', past: 'took', done: 'taken', object: 'the basket' },
    { plain: 'give', past: 'gave', done: 'given', object: 'the answer' },
    { plain: 'see', past: 'saw', done: 'seen', object: 'the light' },
    { plain: 'break', past: 'broke', done: 'broken', object: 'the cup' },
    { plain: 'throw', past: 'threw', done: 'thrown', object: 'the ball' },
    { plain: 'steal', past: 'stole', done: 'stolen', object: 'the gold' },
    { plain: 'hide', past: 'hid', done: 'hidden', object: 'the key' },
    { plain: 'draw', past: 'drew', done: 'drawn', object: 'the sword' },
    { plain: 'drink', past: 'drank', done: 'drunk', object: 'the milk' },
] as const;

export const manners = ['quickly', 'quietly', 'gladly', 'slowly', 'secretly'] as const;
export const times = ['once more', 'at last', 'at first', 'still', 'then', 'soon'] as const;

/** Participles: what is done to a thing, and what nothing can be done to. */
export const doneTo = ['found', 'brought', 'given', 'made', 'taken', 'stolen', 'sold', 'thrown'] as const;
export const happened = ['come', 'gone', 'slept', 'fallen', 'died', 'smiled', 'arrived', 'laughed'] as const;
