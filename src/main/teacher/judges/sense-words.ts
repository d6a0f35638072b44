/** Word lists for `sense.ts`: opposites, words of reviews, and words too cruel for a children's story. */

const pairs =
    'dead/alive dead/living young/old empty/full silent/loud silent/shouted silent/sang hot/cold wet/dry open/shut open/closed dark/bright rich/poor tall/short blind/saw deaf/heard dumb/spoke asleep/awake asleep/ran sleeping/ran invisible/saw frozen/boiling cruel/kind first/last huge/tiny giant/tiny big/little large/small clever/stupid wise/foolish happy/sad glad/sorry friend/enemy friends/enemies night/noon midnight/sunshine summer/snow winter/harvest loved/hated never/always nobody/everybody';

/** By word, the words that cannot be true of the same thing at the same time. */
export const opposites: ReadonlyMap<string, ReadonlySet<string>> = opposingWords(pairs);

function opposingWords(text: string): Map<string, Set<string>> {
    const found = new Map<string, Set<string>>();
    for (const pair of text.split(' ')) {
        const [one, other] = pair.split('/') as [string, string];
        for (const [from, to] of [
            [one, other],
            [other, one],
        ] as const)
            found.set(from, (found.get(from) ?? new Set()).add(to));
    }
    return found;
}

/** Words of a story that praises itself to its rater. */
export const reviewWords: ReadonlySet<string> = new Set(
    'readable readability coherent coherence creative creativity plot plots character characters story stories sentence sentences grammar score scores points rating excellent'.split(
        ' ',
    ),
);

export const cruelWords: ReadonlySet<string> = new Set(
    'blood bloody bled bleeding murder murdered murderer stabbed beheaded corpse corpses strangled tortured torture slaughter slaughtered butchered hanged drowned whipped flogged flayed gouged severed hacked mutilated killed kill slain slew gnawed devoured knife knives axe scream screamed screaming agony cruel cruelly starved poisoned burned'.split(
        ' ',
    ),
);
