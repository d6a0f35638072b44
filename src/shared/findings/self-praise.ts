/** What stories earn by speaking to their judge, from twins without those sentences: as numbers of an evaluation. */
import { counted, measured } from '../text/numbers.ts';
import { change, type Interval } from './gain-words.ts';

export interface SelfPraiseMeasured {
    /** Stories that were rated again without what speaks to the judge. */
    readonly twins: number;
    /** By how many words a twin is shorter, on average. */
    readonly words: number;
    /** Score of the story less that of its twin, with 95 %; null of too few. */
    readonly premium: Interval | null;
    /** Score without other sentences of about as many words, less that of the twin; null of too few. */
    readonly overOthers: Interval | null;
}

/** As results of an evaluation: `selfPraise.twins`, `selfPraise.premium`, `selfPraise.premium.low` … */
export function selfPraiseOf({
    twins,
    words,
    premium,
    overOthers,
}: SelfPraiseMeasured): Readonly<Record<string, number>> {
    const told = (name: string, value: Interval | null): Record<string, number> =>
        value === null ? {} : { [name]: value.mean, [`${name}.low`]: value.low, [`${name}.high`]: value.high };
    return {
        'selfPraise.twins': twins,
        'selfPraise.words': words,
        ...told('selfPraise.premium', premium),
        ...told('selfPraise.overOthers', overOthers),
    };
}

/** Null where an evaluation has none. */
export function selfPraiseIn(results: Readonly<Record<string, number>>): SelfPraiseMeasured | null {
    const of = (name: string): Interval | null => {
        const [mean, low, high] = [results[name], results[`${name}.low`], results[`${name}.high`]];
        return mean === undefined || low === undefined || high === undefined ? null : { mean, low, high };
    };
    const { 'selfPraise.twins': twins, 'selfPraise.words': words } = results;
    if (twins === undefined || words === undefined) return null;
    return { twins, words, premium: of('selfPraise.premium'), overOthers: of('selfPraise.overOthers') };
}

/** What twins say, to go on after a sentence about those stories; empty where too few were rated. */
export function selfPraiseWords(found: SelfPraiseMeasured | null): string {
    if (found === null || found.premium === null) return '';
    const { twins, words, premium, overOthers } = found;
    const byChance = ({ low, high }: Interval): string =>
        low <= 0 && high >= 0 ? ', no more than chance explains' : '';
    const paid = ` Beside twins without those sentences (${counted(twins, 'story', 'stories')} of after learning, ${measured(words, 0)} words less each) they get ${change(premium)} points${byChance(premium)}.`;
    if (overOthers === null) return paid;
    return `${paid} Such a sentence earns ${change(overOthers)} points against another of about as many words${byChance(overOthers)}.`;
}
