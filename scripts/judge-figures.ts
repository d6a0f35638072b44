/** How well a judge tells people's passages from damaged ones: the table of docs/teacher-reader.md. */
import type { CriterionId } from '../src/shared/ratings/rubric.ts';
import { rateJudged, type JudgeWeights } from '../src/main/teacher/judges/criteria.ts';
import type { JudgedFeatures } from '../src/main/teacher/judges/judged-features.ts';
import type { Kind, Specimen } from './damaged-passages.ts';

export interface Measured extends Specimen {
    readonly features: JudgedFeatures;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** P(one of the first is above one of the second). */
export function area(above: readonly number[], below: readonly number[]): number {
    let won = 0;
    for (const a of above) for (const b of below) won += (Math.sign(a - b) + 1) / 2;
    return won / (above.length * below.length);
}

export function printFigures(measured: readonly Measured[], weights: JudgeWeights): void {
    const scored = measured.map((each) => ({ ...each, scores: rateJudged(each.features, weights, 1) }));
    const total = (scores: Readonly<Record<CriterionId, number>>): number =>
        Object.values(scores).reduce((sum, score) => sum + score, 0);
    const totals = (kind: Kind, source?: string): number[] =>
        scored
            .filter((each) => each.kind === kind && (source === undefined || each.source === source))
            .map(({ scores }) => total(scores));
    for (const source of [undefined, 'fairy', 'novels', 'qa', 'simple']) {
        const whole = totals('whole', source);
        if (whole.length === 0) continue;
        const against = (['sentences', 'others', 'words', 'cut'] as const).map((kind) => {
            const damaged = totals(kind, source);
            const pairs = mean(whole.map((value, i) => (Math.sign(value - damaged[i]!) + 1) / 2));
            return `${kind} ${area(whole, damaged).toFixed(3)} (${(100 * pairs).toFixed(0)} % of pairs, mean ${mean(damaged).toFixed(2)})`;
        });
        console.log(`${source ?? 'all'} ${whole.length}: mean ${mean(whole).toFixed(2)}; ${against.join('; ')}`);
    }
    for (const kind of ['whole', 'sentences', 'others', 'words', 'cut'] as const) {
        const those = scored.filter((each) => each.kind === kind);
        const each = (['readability', 'coherence', 'creativity'] as const).map((criterion) =>
            mean(those.map(({ scores }) => scores[criterion]!)).toFixed(2),
        );
        console.log(`${kind}: ${each.join(' | ')}`);
    }
    const long = scored.filter(({ kind, features }) => kind === 'whole' && features.words > 40);
    const lengths = long.map(({ features }) => features.words);
    console.log(
        `correlation of score and words beyond 40 words: ${correlation(
            lengths,
            long.map(({ scores }) => total(scores)),
        ).toFixed(3)}`,
    );
}

function correlation(x: readonly number[], y: readonly number[]): number {
    const [mx, my] = [mean(x), mean(y)];
    const products = (a: readonly number[], ma: number, b: readonly number[], mb: number): number =>
        mean(a.map((value, i) => (value - ma) * (b[i]! - mb)));
    return products(x, mx, y, my) / Math.sqrt(products(x, mx, x, mx) * products(y, my, y, my));
}
