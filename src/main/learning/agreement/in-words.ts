/**
 * Puts into at most four sentences per teacher what the report supports: does it agree with people; as well as another
 * person would; is it more generous or stricter, and does that change over training; and what weakens these statements.
 * Agreement is claimed where the interval of kappa lies above 0, a bias where its interval excludes 0, a comparison
 * where intervals do not overlap; the trends of several criteria are tested at 0.05 divided by their number
 * (Bonferroni). Nothing is called good or bad: no threshold of kappa holds for all tasks.
 */
import {
    peoplesMean,
    sumOfCriteria,
    type AgreementReport,
    type CriterionReport,
    type Measured,
    type PairAgreement,
} from '../../../shared/ratings/agreement.ts';
import type { AgreementWords } from '../../../shared/ratings/rating-sets.ts';
import { teacherName } from '../../../shared/ratings/teacher-names.ts';
import { countedStories } from '../../../shared/text/numbers.ts';

const fewStories = 50;
const level = 0.05;

/** A paragraph for every teacher or, without teachers, one about the people. */
export function reportInWords(report: AgreementReport): readonly AgreementWords[] {
    const ids = (kind: 'person' | 'teacher'): readonly string[] =>
        report.raters.filter((rater) => rater.kind === kind).map(({ id }) => id);
    const [people, teachers] = [ids('person').length, ids('teacher')];
    if (people === 0)
        return [
            { teacher: null, text: 'No person rated these stories, so nothing here says what people think of them.' },
        ];
    if (teachers.length === 0) return [{ teacher: null, text: sentences(peopleAlone(report, people), few(report)) }];
    return teachers.map((teacher) => ({
        teacher,
        text: sentences(
            agreementOf(report, teacher),
            besidePeople(report, teacher, people),
            biasOf(report, teacher),
            weakness(report, teacher),
        ),
    }));
}

function sentences(...parts: readonly (string | null)[]): string {
    return parts.filter((sentence) => sentence !== null).join(' ');
}

/** The criteria without their sum, which would repeat them. */
function single({ criteria }: AgreementReport): readonly CriterionReport[] {
    return criteria.length === 1 ? criteria : criteria.filter(({ criterion }) => criterion !== sumOfCriteria);
}

function peopleAlone(report: AgreementReport, people: number): string {
    if (people === 1) return 'One person rated these stories and no teacher did, so there is nobody to agree with.';
    const shown = single(report).filter(({ ceiling }) => isShown(ceiling?.qwk));
    const rest = single(report).filter((each) => !shown.includes(each));
    return clauses(
        'People',
        shown.length > 0 && `agree among themselves beyond chance on ${list(shown)}`,
        rest.length > 0 &&
            `${shown.length > 0 ? 'on' : 'are not shown to agree beyond chance on'} ${list(rest)}${shown.length > 0 ? ' that is not shown' : ''}`,
    );
}

function agreementOf(report: AgreementReport, teacher: string): string {
    const teachers = report.raters.filter(({ kind }) => kind === 'teacher');
    const name = teacherName(
        teacher,
        teachers.map(({ id }) => id),
    );
    const agreements = single(report).map((each) => ({
        each,
        qwk: pairWithPeople(each, teacher)?.statistics.qwk ?? none,
    }));
    const where = (fits: (qwk: Measured) => boolean): readonly CriterionReport[] =>
        agreements.filter(({ qwk }) => fits(qwk)).map(({ each }) => each);
    const shown = where(isShown);
    const against = where(({ high }) => high !== null && high < 0);
    const open = where((qwk) => qwk.value !== null && !isShown(qwk) && !(qwk.high !== null && qwk.high < 0));
    const absent = where(({ value }) => value === null);
    if (shown.length + against.length + open.length === 0)
        return `Whether the teacher “${name}” agrees with people cannot be said: one side gave one score only, or no story has both.`;
    if (shown.length + against.length === 0 && absent.length === 0)
        return open.length > 1
            ? `No criterion yet shows the teacher “${name}” agreeing with people beyond chance.`
            : `On ${list(open)}, nothing yet shows the teacher “${name}” agreeing with people beyond chance.`;
    const unmeasured =
        absent.length > 0 && `on ${list(absent)} there is none to measure, because one side gave one score only`;
    if (shown.length + against.length === 0)
        return clauses('', `agreement of people with the teacher “${name}” is not shown on ${list(open)}`, unmeasured);
    return clauses(
        `The teacher “${name}”`,
        shown.length > 0 && `agrees with people beyond chance on ${list(shown)}`,
        against.length > 0 && `contradicts people on ${list(against)}`,
        open.length > 0 && `on ${list(open)} agreement is not shown`,
        unmeasured,
    );
}

function besidePeople(report: AgreementReport, teacher: string, people: number): string | null {
    if (people === 1) return 'One person rated, so there is no agreement among people to compare it with.';
    const compared = single(report).flatMap((each) => {
        const [qwk, ceiling] = [each.asOnePerson.find((one) => one.teacher === teacher)?.qwk, each.ceiling?.qwk];
        if (!isBounded(qwk) || !isBounded(ceiling) || qwk.high < 0) return [];
        return [{ each, below: qwk.high < ceiling.low, above: qwk.low > ceiling.high }];
    });
    const of = (fits: (one: (typeof compared)[number]) => boolean): readonly CriterionReport[] =>
        compared.filter(fits).map(({ each }) => each);
    const [below, above] = [of((one) => one.below), of((one) => one.above)];
    const chance = single(report).filter(({ ceiling }) => isBounded(ceiling?.qwk) && !isShown(ceiling.qwk));
    if (below.length + above.length + chance.length === 0)
        return compared.length === 0
            ? null
            : 'Whether one more person would agree with people better than it does, these stories do not tell.';
    return clauses(
        '',
        below.length > 0 && `one more person would agree with people better than it does on ${list(below)}`,
        above.length > 0 && `it agrees with people better than one more person would on ${list(above)}`,
        chance.length > 0 && `on ${list(chance)} people themselves are not shown to agree beyond chance`,
    );
}

function biasOf(report: AgreementReport, teacher: string): string | null {
    const biases = single(report).flatMap(({ criterion, ...each }) => {
        const bias = pairWithPeople({ criterion, ...each }, teacher)?.statistics.bias;
        return isBounded(bias) && (bias.low > 0 || bias.high < 0) ? [{ criterion, bias }] : [];
    });
    const side = (word: string, fits: (value: number) => boolean): string | false => {
        const found = biases.filter(({ bias }) => fits(bias.value));
        return (
            found.length > 0 &&
            `is ${word} than people on ${joined(found.map(({ criterion, bias }) => `${criterion} (by\u00a0${Math.abs(bias.value).toFixed(2)} [${bounds(bias)}])`))}`
        );
    };
    const trends = report.criteria.flatMap(({ trends: all }) => all.filter((trend) => trend.teacher === teacher));
    const drifts = trends.filter(
        ({ criterion, p, rho }) =>
            p !== null &&
            rho !== null &&
            p <= level / trends.length &&
            (criterion !== sumOfCriteria || report.criteria.length === 1),
    );
    const rising = drifts.filter(({ rho }) => rho! > 0);
    const falling = drifts.filter(({ rho }) => rho! < 0);
    const drift = (word: string, found: typeof drifts): string | false =>
        found.length > 0 &&
        `becomes ${word} over training on ${joined(found.map(({ criterion, rho, p, n }) => `${criterion} (ρ\u00a0${signed(rho!)}, p\u00a0${p! < 0.001 ? '<\u00a00.001' : p!.toFixed(3)}, n\u00a0${n})`))}`;
    const parts = [
        side('kinder', (value) => value > 0),
        side('stricter', (value) => value < 0),
        drift('kinder', rising),
        drift('stricter', falling),
    ];
    const text = joined(parts.filter((clause) => clause !== false));
    if (text === '') return null;
    return rising.length === 0
        ? `It ${text}.`
        : `It ${text}: the student may be learning to please the teacher rather than people.`;
}

/** What length, the teacher's own consistency and the number of stories take away from the claims. */
function weakness(report: AgreementReport, teacher: string): string | null {
    const lost = single(report).filter(({ lengths }) => {
        const found = lengths.find((each) => each.teacher === teacher);
        return (
            found !== undefined &&
            isShown(found.spearman) &&
            isBounded(found.partial) &&
            found.partial.low <= 0 &&
            found.partial.high >= 0
        );
    });
    const unsteady = single(report).filter(({ retests }) => {
        const again = retests.find(({ raters }) => raters[0] === teacher)?.statistics.qwk;
        return isBounded(again) && again.low <= 0;
    });
    const sentence = clauses(
        '',
        lost.length > 0 && `among stories of equal length no agreement is left to be shown on ${list(lost)}`,
        unsteady.length > 0 && `on ${list(unsteady)} it is not shown to agree with itself`,
        report.stories < fewStories &&
            `with ${countedStories(report.stories)} the intervals are wide, and more stories would say more`,
    );
    return sentence === '' ? null : sentence;
}

function few({ stories }: AgreementReport): string | null {
    return stories < fewStories
        ? `With ${countedStories(stories)} the intervals are wide, and more stories would say more.`
        : null;
}

const none: Measured = { value: null, low: null, high: null };

interface Bounded {
    readonly value: number;
    readonly low: number;
    readonly high: number;
}

function isBounded(measured: Measured | null | undefined): measured is Bounded {
    return (
        measured !== null &&
        measured !== undefined &&
        measured.value !== null &&
        measured.low !== null &&
        measured.high !== null
    );
}

function isShown(measured: Measured | null | undefined): boolean {
    return isBounded(measured) && measured.low > 0;
}

function bounds({ low, high }: Bounded): string {
    const [least, most] = [low, high].map(Math.abs).sort((a, b) => a - b) as [number, number];
    return `${least.toFixed(2)},\u00a0${most.toFixed(2)}`;
}

/** With a true minus sign. */
function signed(value: number): string {
    return value.toFixed(2).replace('-', '−');
}

/** The given clauses as one sentence; empty without any. */
function clauses(subject: string, ...parts: readonly (string | false)[]): string {
    const text = parts.filter((clause) => clause !== false).join('; ');
    if (text === '') return '';
    return subject === '' ? `${text[0]!.toUpperCase()}${text.slice(1)}.` : `${subject} ${text}.`;
}

function list(criteria: readonly CriterionReport[]): string {
    return joined(criteria.map(({ criterion }) => (criterion === sumOfCriteria ? 'the sum' : criterion)));
}

function joined(parts: readonly string[]): string {
    return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`;
}

function pairWithPeople({ pairs }: CriterionReport, teacher: string): PairAgreement | undefined {
    return pairs.find(({ raters }) => raters[0] === peoplesMean && raters[1] === teacher);
}
