/**
 * The report as a paragraph that says only what its numbers support. A comparison is made where intervals do not overlap,
 * a tendency where the interval leaves 0 out; over several criteria p-values are held to 0.05 divided by their number
 * (Bonferroni). Nothing is called good or bad: there is no threshold of kappa that holds for all tasks.
 */
import {
    peoplesMean,
    type AgreementReport,
    type CriterionReport,
    type Measured,
    type PairAgreement,
} from '../../../shared/agreement.ts';

const fewStories = 50;
const level = 0.05;

export function reportInWords(report: AgreementReport): string {
    const people = report.raters.filter(({ kind }) => kind === 'person').map(({ id }) => id);
    const teachers = report.raters.filter(({ kind }) => kind === 'teacher').map(({ id }) => id);
    return [
        ...aboutPeople(report, people.length),
        ...teachers.flatMap((teacher) => (people.length > 0 ? aboutTeacher(report, teacher) : [])),
        ...aboutRetests(report),
        ...(report.stories < fewStories
            ? [
                  `With ${report.stories} stories the intervals are wide and a little too short; more stories would say more.`,
              ]
            : []),
    ].join(' ');
}

function aboutPeople({ criteria }: AgreementReport, people: number): readonly string[] {
    if (people === 0) return ['No person rated these stories, so nothing here says what people think of them.'];
    if (people === 1)
        return [
            'One person rated these stories: how far people agree among themselves is not known, so a teacher has no ceiling to be held against.',
        ];
    return criteria.flatMap(({ criterion, ceiling }) => {
        if (ceiling === null || ceiling.qwk.value === null)
            return [`People’s own agreement on ${criterion} does not exist, because somebody used one score only.`];
        const { qwk } = ceiling;
        if (qwk.low !== null && qwk.low <= 0)
            return [`People’s own agreement on ${criterion} cannot be told from chance (κ ${shown(qwk)}).`];
        return [`On ${criterion} a single person agrees with the mean of the others with κ ${shown(qwk)}.`];
    });
}

function aboutTeacher({ criteria }: AgreementReport, teacher: string): readonly string[] {
    const said = criteria.flatMap((each) => {
        const pair = pairWithPeople(each, teacher);
        return pair === undefined ? [] : [agreementOn(each, pair), ...biasOn(pair), ...lengthOn(each, teacher)];
    });
    const trends = criteria.flatMap(({ trends }) => trends.filter((trend) => trend.teacher === teacher));
    const shownTrends = trends
        .filter(({ p, rho }) => p !== null && rho !== null && p <= level / trends.length)
        .map(
            ({ criterion, rho, p, n }) =>
                `Over training ${teacher} becomes ${rho! > 0 ? 'kinder' : 'stricter'} than people on ${criterion} (ρ ${rho!.toFixed(2)} between stage and teacher − people, p ${p! < 0.001 ? '< 0.001' : p!.toFixed(3)}, n ${n})${rho! > 0 ? ': the student may be learning to please the teacher rather than people' : ''}.`,
        );
    const noTrend =
        trends.length > 0 && shownTrends.length === 0
            ? [`That ${teacher} drifts away from people over training is not shown.`]
            : [];
    return [...said, ...shownTrends, ...noTrend];
}

function agreementOn({ criterion, ceiling }: CriterionReport, { raters, statistics, n }: PairAgreement): string {
    const { qwk } = statistics;
    const who = `${raters[1]} and people`;
    if (qwk.value === null) return `Agreement of ${who} on ${criterion} does not exist: one side used one score only.`;
    if (qwk.low === null || qwk.high === null)
        return `${who} agree on ${criterion} with κ ${qwk.value.toFixed(2)}, on too few stories (${n}) for an interval.`;
    if (qwk.high < 0) return `${who} contradict each other on ${criterion} (κ ${shown(qwk)}).`;
    if (qwk.low <= 0) return `That ${who} agree on ${criterion} beyond chance is not shown (κ ${shown(qwk)}).`;
    return `${who} agree on ${criterion} with κ ${shown(qwk)}${besideCeiling(qwk, ceiling?.qwk)}.`;
}

function besideCeiling(qwk: Measured, ceiling: Measured | undefined): string {
    if (!ceiling || ceiling.low === null || ceiling.high === null) return '';
    if (qwk.high! < ceiling.low) return ', less than a single person does with the others';
    if (qwk.low! > ceiling.high) return ', more than a single person does with the others';
    return '; whether a single person does better, these stories do not tell';
}

function biasOn({ criterion, raters, statistics: { bias } }: PairAgreement): readonly string[] {
    if (bias.value === null || bias.low === null || bias.high === null) return [];
    if (bias.low <= 0 && bias.high >= 0) return [];
    return [
        `${raters[1]} is ${bias.value > 0 ? 'kinder' : 'stricter'} than people on ${criterion}, by ${Math.abs(bias.value).toFixed(2)} ${interval(bias)}.`,
    ];
}

function lengthOn({ criterion, lengths }: CriterionReport, teacher: string): readonly string[] {
    const found = lengths.find((each) => each.teacher === teacher);
    if (!found) return [];
    const { spearman, partial } = found;
    const isShown = spearman.low !== null && spearman.low > 0;
    const isLost = partial.low !== null && partial.high !== null && partial.low <= 0 && partial.high >= 0;
    return isShown && isLost
        ? [
              `Among stories of equal length nothing of that can be shown on ${criterion} (ρ ${shown(partial)} instead of ${shown(spearman)}).`,
          ]
        : [];
}

function aboutRetests({ criteria }: AgreementReport): readonly string[] {
    const last = criteria.at(-1);
    return (last?.retests ?? []).map(({ raters: [who], criterion, n, statistics: { qwk } }) =>
        qwk.value === null
            ? `How well ${who} agrees with itself on ${criterion} cannot be said from ${n} stories rated twice.`
            : `Asked twice without knowing, ${who} agrees with itself on ${criterion} with κ ${shown(qwk)} (${n} stories).`,
    );
}

function pairWithPeople({ pairs }: CriterionReport, teacher: string): PairAgreement | undefined {
    return pairs.find(({ raters }) => raters[0] === peoplesMean && raters[1] === teacher);
}

function shown(measured: Measured): string {
    return `${measured.value!.toFixed(2)}${measured.low === null ? '' : ` ${interval(measured)}`}`;
}

function interval({ low, high }: Measured): string {
    return `[${low!.toFixed(2)}, ${high!.toFixed(2)}]`;
}
