/** What can be concluded of several runs, as far as their intervals allow; and what their settings are called. */
import { methodKey } from '../settings/methods.ts';
import { labelOf, valueWords } from '../settings/names.ts';
import { counted, measured } from '../text/numbers.ts';
import type { ComparedSetting, RunsGains, SettingsVerdict } from '../views/runs.ts';
import { change, type Interval } from './gain-words.ts';

/** What stands above a comparison: its answer, and what a reader must know to trust it. */
export interface Conclusion {
    readonly headline: string;
    /** How much more the best gained whatever the length, and how long its stories are; empty of one setting. */
    readonly allStories: string;
    /** What limits the answer: a second judge, controls, how far the settings drifted; empty of one setting. */
    readonly limits: string;
    readonly beside: readonly string[];
}

const namedBy = 2; // settings that a name can hold
const shuffleKey = 'teacher.shuffle';
// where nothing else tells runs from their control
const controlWords = 'Control (rewards shuffled)';
const taughtWords = 'Rewards as rated';
const muchFurther = 1.5; // times the drift of the other
const enoughSeeds = 3; // of two, an interval over seeds may be narrow by luck, however right it is on average

/** It learned from shuffled rewards, and is compared with what did not. */
export const isControl = ({ has }: ComparedSetting): boolean =>
    has.some(({ key, value }) => key === shuffleKey && value === 'on');

/**
 * A setting by what tells it from others: "RLOO", "Length weight 0.4", "From night-owl", "Control (rewards
 * shuffled)", "Rewards as rated"; else by its first run. Only a control says beside other settings that it is one.
 */
export function settingName(setting: ComparedSetting, names: readonly string[]): string {
    const { has, student, runs } = setting;
    const isShuffled = isControl(setting);
    const differInShuffling = has.some(({ key }) => key === shuffleKey);
    const all = [
        ...has.filter(({ key }) => key === methodKey).map(({ value }) => String(value)),
        ...has
            .filter(({ key }) => key !== 'teacher' && key !== methodKey && key !== shuffleKey)
            .map(({ key, value }) => `${labelOf(key)} ${valueWords(key, value)}`),
        ...(student === null ? [] : [`from ${student}`]),
        ...has.filter(({ key }) => key === 'teacher').map(({ value }) => `taught by ${value}`),
    ];
    if (all.length === 0 && differInShuffling) return isShuffled ? controlWords : taughtWords;
    if (isShuffled && all.length <= namedBy) return [...all, 'control'].join(', ');
    return all.length > 0 && all.length <= namedBy ? begun(all.join(', ')) : (names[runs[0]!] ?? '');
}

/** The same with its settings by their names, controls last, in whatever order somebody chose the runs. */
export function inNameOrder(gains: RunsGains, names: readonly string[]): RunsGains {
    const key = (setting: ComparedSetting): string =>
        [settingName(setting, names), ...setting.runs.map((run) => names[run] ?? '')].join(' ');
    const sorted = gains.settings.toSorted(
        (one, other) =>
            Number(isControl(one)) - Number(isControl(other)) ||
            key(one).localeCompare(key(other), 'en', { numeric: true }),
    );
    const placeOf = (setting: number): number => sorted.indexOf(gains.settings[setting]!);
    return {
        ...gains,
        settings: sorted,
        verdicts: gains.verdicts.map((verdict) => ({
            ...verdict,
            best: placeOf(verdict.best),
            others: verdict.others.map((other) => ({ ...other, setting: placeOf(other.setting) })),
            byLength: {
                ...verdict.byLength,
                lines: verdict.byLength.lines
                    .map((line) => ({ ...line, name: String(placeOf(Number(line.name))) }))
                    .toSorted((one, other) => Number(one.name) - Number(other.name)),
            },
        })),
    };
}

/** @param names of the runs */
export function conclusionOf(gains: RunsGains, names: readonly string[]): readonly Conclusion[] {
    if (gains.verdicts.length === 0)
        return [
            {
                headline:
                    'Nothing can be concluded yet: none of these runs was evaluated both before and after learning.',
                allStories: '',
                limits: '',
                beside: [],
            },
        ];
    return gains.verdicts.map((verdict) => {
        const by = gains.verdicts.length > 1 ? `Rated by ${verdict.teacher}: ` : '';
        const headline = `${by}${headlineOf(verdict, gains, names)}`;
        return {
            headline,
            allStories: allStoriesOf(verdict, gains),
            limits: limitsOf(verdict, gains, names),
            beside: besideOf(verdict, gains, names),
        };
    });
}

/** A setting in a sentence. */
function said(setting: ComparedSetting, names: readonly string[]): string {
    const name = settingName(setting, names);
    return name === controlWords ? 'the control (rewards shuffled)' : `“${name}”`;
}

const begun = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** The gap to the nearest, raw: who reads only what is left at equal length does not see how much was length. */
function allStoriesOf({ best, measure, others: [nearest] }: SettingsVerdict, { settings }: RunsGains): string {
    if (!nearest) return '';
    const { difference, allStories, setting } = nearest;
    const [own, theirs] = [best, setting].map((each) => settings[each]!.wordsAfter ?? 0) as [number, number];
    const [mine, other] = [measured(own, 0), measured(theirs, 0)];
    const lengths =
        mine === other
            ? `its stories are as long, ${mine} words`
            : `its stories are ${own > theirs ? 'longer' : 'shorter'}, ${mine} words against ${other}`;
    if (measure !== 'at equal length') return `${begun(lengths)}.`;
    const isLength = own > theirs && isBeyond(allStories) && difference.mean < allStories.mean / 2;
    const more = allStories.mean > 0 ? ' more' : '';
    return `All stories: ${change(allStories)}${more}; ${lengths}${isLength ? ', and most of it is length' : ''}.`;
}

/** What the gap to the nearest leaves open, as far as anybody has measured it. */
function limitsOf(verdict: SettingsVerdict, { settings }: RunsGains, names: readonly string[]): string {
    const [nearest] = verdict.others;
    if (!nearest) return '';
    const pair = [verdict.best, nearest.setting].map((each) => settings[each]!);
    const checks = [secondWords(verdict), controlsWords(pair, names)].filter((words) => words !== '').join('; ');
    return [...(checks === '' ? [] : [`${begun(checks)}.`]), ...driftWords(pair, names)].join(' ');
}

function secondWords({ second, isByTeacher }: SettingsVerdict): string {
    if (!isByTeacher) return ''; // the scores are a judge's already
    if (second === null) return 'no second judge read these runs';
    const { judge, most, measure, difference } = second;
    const where = measure === 'at equal length' ? ' at equal length' : '';
    const found = `${change(difference)} of ${measured(most, 0)} points`;
    const sees = `“${judge}”, which rewarded neither, sees`;
    if (difference.low <= 0 && difference.high >= 0) return `${sees} no difference${where} beyond chance, ${found}`;
    return difference.mean > 0 ? `${sees} ${found} more${where}` : `${sees} ${found}${where}, the other way round`;
}

function controlsWords(pair: readonly ComparedSetting[], names: readonly string[]): string {
    if (pair.some(isControl)) return '';
    const [without, another] = pair.filter(({ hasControl }) => !hasControl);
    if (!without) return 'each has a control';
    return another ? 'no setting has a control' : `${said(without, names)} has no control`;
}

function driftWords(pair: readonly ComparedSetting[], names: readonly string[]): readonly string[] {
    const drifted = pair.flatMap((setting) => (setting.drift === null ? [] : [{ setting, drift: setting.drift }]));
    const [further, other] = drifted.toSorted((one, two) => two.drift - one.drift);
    if (!further || !other || further.drift <= muchFurther * Math.max(0, other.drift)) return [];
    const drifts = `KL ${measured(further.drift, 1)} against ${measured(other.drift, 1)} nats a story`;
    return [`${begun(said(further.setting, names))} drifted further: ${drifts}.`];
}

const isBeyond = ({ low }: Interval): boolean => low > 0;
const judged = ({ best, others }: SettingsVerdict): readonly number[] => [
    best,
    ...others.map(({ setting }) => setting),
];
/** Different seeds that were evaluated. */
function seedsOf({ settings, runs }: RunsGains, setting: number): number {
    const { runs: places, seeds } = settings[setting]!;
    return new Set(seeds.filter((_, i) => runs[places[i]!] !== null)).size;
}

/** How many runs the numbers of a setting are the mean of: "3 runs", "2 of 3 runs". */
export function averagedRuns(gains: RunsGains, setting: number): string {
    const { runs, together } = gains.settings[setting]!;
    const averaged = seedsOf(gains, setting);
    const all = counted(runs.length, 'run');
    return together === null || averaged === runs.length ? all : `${averaged} of ${all}`;
}

function headlineOf(verdict: SettingsVerdict, gains: RunsGains, names: readonly string[]): string {
    const nameOf = (setting: number): string => said(gains.settings[setting]!, names);
    const [nearest, ...rest] = verdict.others;
    if (!nearest) return aloneWords(verdict, gains, nameOf(verdict.best));
    const best = nameOf(verdict.best);
    const other = nameOf(nearest.setting);
    const more = `${change(nearest.difference)} of ${measured(verdict.most, 0)} points more than ${other}`;
    const seeds = `over ${seedsWords(gains, [verdict.best, nearest.setting])}`;
    const areAllBeyond = verdict.others.every(({ difference }) => isBeyond(difference));
    const ofSeeds = verdict.others.every(({ over }) => over !== 'stories');
    const at = verdict.measure === 'at equal length' ? 'at equal length ' : '';
    const hasEnough = judged(verdict).every((setting) => seedsOf(gains, setting) >= enoughSeeds);
    if (ofSeeds && areAllBeyond && !hasEnough)
        return `${begun(best)} gained most, ${at}${more}, ${seeds}; with fewer than three seeds of a setting nobody has won yet.`;
    if (ofSeeds && areAllBeyond)
        return rest.length === 0
            ? `${begun(best)} won: ${at}it gained ${more}, ${seeds}.`
            : `${begun(best)} won: ${at}it gained more than every other setting; ${more}, the nearest, ${seeds}.`;
    if (ofSeeds)
        return `Which setting is best cannot be told from chance: ${best} gained most, ${at}${more}, ${seeds}.`;
    const unit = 'but one run of a setting cannot tell the setting from the seed';
    return areAllBeyond
        ? `${begun(best)} gained most of these runs, ${at}${more}; ${unit}.`
        : `Nothing can be told from chance: ${best} gained most, ${at}${more}; and one run of a setting cannot tell the setting from the seed.`;
}

function aloneWords({ best, measure }: SettingsVerdict, gains: RunsGains, name: string): string {
    const { together } = gains.settings[best]!;
    const found = measure === 'at equal length' ? together?.atEqualLength : together?.total;
    if (found) {
        const gain = `over ${seedsWords(gains, [best])} the gain${measure === 'at equal length' ? ' at equal length' : ''} is ${change(found)}`;
        return found.low <= 0 && found.high >= 0
            ? `One setting: ${gain}, no more than chance explains.`
            : `One setting: ${gain}.`;
    }
    return `Only ${name} was evaluated before and after learning: there is nothing to hold it against.`;
}

function seedsWords(gains: RunsGains, settings: readonly number[]): string {
    const [first = 0, second = first] = settings.map((setting) => seedsOf(gains, setting));
    if (settings.length === 1) return counted(first, 'seed');
    return first === second ? `${counted(first, 'seed')} each` : `${first} and ${counted(second, 'seed')}`;
}

function besideOf(
    { teacher, measure, others, best }: SettingsVerdict,
    gains: RunsGains,
    names: readonly string[],
): readonly string[] {
    const [nearest] = others;
    const compared =
        measure === 'at equal length'
            ? `Compared is what the score of clean stories gained between stories of equal length, rated by ${teacher}.`
            : `Compared is what the score of all clean stories gained, rated by ${teacher}; too few are equally long to leave length out.`;
    const students = new Set(
        [best, ...others.map(({ setting }) => setting)].map((each) => gains.settings[each]!.student),
    );
    if (!nearest && gains.settings[best]!.together === null) return [];
    const beaten = others.filter(({ difference }) => isBeyond(difference));
    const beatenNames = beaten.map(({ setting }) => said(gains.settings[setting]!, names));
    return [
        ...(beaten.length > 0 && beaten.length < others.length
            ? [`Beyond chance it gained more than ${beatenNames.join(' and ')}.`]
            : []),
        compared,
        ...(nearest ? [intervalWords(nearest.over, others.length)] : []),
        ...(students.size > 1
            ? ['They began from different students: each gain counts from where its student began.']
            : []),
    ];
}

function intervalWords(over: SettingsVerdict['others'][number]['over'], others: number): string {
    const together = others > 1 ? ', which hold for all settings together' : '';
    switch (over) {
        case 'shared seeds':
            return `In brackets: 95 % intervals${together}, over seeds, each seed of one setting against the same seed of the other.`;
        case 'seeds':
            return `In brackets: 95 % intervals${together}, over the seeds of both.`;
        case 'stories':
            return `In brackets: 95 % intervals${together}, over stories: would other stories of these same students say so?`;
        default:
            return over satisfies never;
    }
}
