/** Is grammar being lost? What the guard of a run found, in words that claim no more than its numbers support. */
import type { Check } from './health.ts';
import type { BenchmarkTask } from '../benchmarks/benchmarks.ts';
import { counted, measured, signed } from '../text/numbers.ts';
import type { MirroredEvidence } from '../benchmarks/results.ts';
import type { GuardChange, GuardReport } from '../views/guard.ts';

/**
 * The k-th look at the same pairs pays k(k + 1) times its p-value. The reciprocals of these numbers add up to 1, so all
 * looks together cry wolf in 5 runs of 100 at most, however many there will be.
 */
export function paidForLook(p: number, look: number): number {
    return Math.min(1, p * look * (look + 1));
}

/** Interval and test must both leave chance out. */
export function hasFallen({ interval, p }: Pick<GuardChange, 'interval' | 'p'>): boolean {
    return interval !== null && interval.high < 0 && p < 0.05;
}

/** Null before there is a second reading. */
export function grammarCheck(report: GuardReport): Check | null {
    const newest = report.points.at(-1)!;
    if (newest.change === null) return null;
    const isFine = !hasFallen(newest.change);
    const first = report.points[0]!;
    const score = (points: number): string => measured(points, 1);
    return {
        id: 'grammar',
        isFine,
        says: isFine
            ? `grammar ${score(newest.score)} of 100`
            : `grammar fell from ${score(first.score)} to ${score(newest.score)} of 100`,
        advice: isFine
            ? ''
            : `${changeWords(report, newest.change)} over ${counted(report.pairs, 'pair')} of sentences${most(report)}.${evidenceWords(report)} The teacher may pay for what breaks sentences. Read the newest stories; a higher KL coefficient or a lower learning rate holds the student closer to where it began.`,
    };
}

/** One sentence for reports; null where there was no reading. */
export function guardSentence(report: GuardReport): string {
    const [first, newest] = [report.points[0]!, report.points.at(-1)!];
    const measure = `${counted(report.pairs, 'pair')} of sentences, chance ${report.chance}`;
    if (newest.change === null) return `Grammar was ${measured(first.score, 1)} of 100 before learning (${measure}).`;
    const { change } = newest;
    const isRisen = change.interval !== null && change.interval.low > 0 && change.p < 0.05;
    const verb = hasFallen(change) ? 'fell' : isRisen ? 'rose' : 'went';
    const judged = hasFallen(change) || isRisen ? '' : `: ${chanceWords(report, change)}`;
    return `Grammar ${verb} from ${measured(first.score, 1)} to ${measured(newest.score, 1)} of 100 (${changeWords(report, change)}; ${measure})${judged}.${evidenceWords(report)}`;
}

const looks = ({ points }: GuardReport): number => points.length - 1;

/** “−7.5 [−10.2, −4.9], p 0.004, corrected for 5 looks” */
function changeWords(report: GuardReport, { difference, interval, p }: GuardChange): string {
    const range = interval === null ? '' : ` [${signed(interval.low, 1)}, ${signed(interval.high, 1)}]`;
    const tested = `p ${p < 0.001 ? '< 0.001' : measured(p, p < 0.1 ? 3 : 2)}, corrected for ${counted(looks(report), 'look')}`;
    return `${signed(difference, 1)}${range}, ${tested}`;
}

/** An interval that leaves out 0 beside a p that does not needs a word of why. */
function chanceWords(report: GuardReport, { interval }: GuardChange): string {
    const seemsReal = interval !== null && (interval.high < 0 || interval.low > 0);
    if (!seemsReal || looks(report) === 1) return 'the difference could be chance';
    return `the interval is that of this look alone, and over ${counted(looks(report), 'look')} the difference could be chance`;
}

/**
 * What two checkpoints of a guarded run must be told with, where they are compared on the pairs that the guard reads:
 * the run's page may call chance what a single test does not. Null where nothing was looked at twice.
 */
export function singleTestWords(report: GuardReport, tasks: readonly BenchmarkTask[]): string | null {
    const isOfTheirs = tasks.some((task) => (report.isOwn ? task === 'grammar' : task === 'blimp' || task === 'zorro'));
    if (!isOfTheirs || looks(report) === 0) return null;
    return `For grammar, this is a single test. The run’s guard has looked ${looks(report) === 1 ? 'once' : counted(looks(report), 'time')}, and the run’s page corrects for that: where the two differ, hold to that page.`;
}

/** With a space in front; empty where there is none. */
function evidenceWords({ evidence, points }: GuardReport): string {
    return evidence === null ? '' : ` ${mirroredWords(evidence, hasFallen(points.at(-1)!.change!))}`;
}

/** What a student knows of pairs and their mirror images, before and now, in a sentence. */
export function mirroredWords(evidence: MirroredEvidence, hasScoreFallen: boolean): string {
    const { before, now, difference, interval } = evidence;
    const range = interval === null ? '' : ` [${signed(interval.low, 2)}, ${signed(interval.high, 2)}]`;
    const found = `Each pair taken with its mirror image, in which the other word is right, so that liking a word does not count, the evidence for the right word went from ${measured(before, 2)} to ${measured(now, 2)} nats a pair (${signed(difference, 2)}${range})`;
    return `${found}${verdict(evidence, hasScoreFallen)}.`;
}

function verdict({ before, difference, interval }: MirroredEvidence, hasScoreFallen: boolean): string {
    if (interval === null || before <= 0) return ''; // of nothing there is no share
    const percent = (nats: number): string => `${measured((100 * nats) / before, 1)} %`;
    if (!hasScoreFallen)
        return interval.high < 0
            ? `: if that is a loss and not chance, it is ${percent(-interval.low)} of what it knew at most`
            : '';
    if (interval.high < 0) return `: ${percent(-difference)} of what it knows was lost`;
    return `: the student has come to prefer one word of a pair, and has lost at most ${percent(Math.max(0, -interval.low))} of what it knows`;
}

function most({ phenomena }: GuardReport): string {
    const fallen = phenomena.filter(hasFallen).toSorted((a, b) => a.difference - b.difference)[0];
    if (fallen === undefined) return '';
    return `, most of all in ${phenomenonName(fallen.name)} (${measured(fallen.before, 0)} to ${measured(fallen.now, 0)})`;
}

/** `agreement_across_phrase` → “agreement across phrase” */
export const phenomenonName = (name: string): string => name.replaceAll(/[_-]+/gu, ' ');
