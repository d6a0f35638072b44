/** Writes an agreement report as files: `agreement.json` for programs, `agreement.md` for people. */
import type { Measured } from '../../../shared/ratings/agreement.ts';
import { peopleSay, planSentence } from '../../../shared/findings/peoples-gain-words.ts';
import type { SetGain } from '../../../shared/ratings/peoples-gain.ts';
import { plain } from '../../../shared/text/markdown.ts';
import type { SetAgreement } from '../../../shared/ratings/rating-sets.ts';
import { measured } from '../../../shared/text/numbers.ts';

const agreementVersion = 1;
const longestName = 200; // characters
const longestParagraph = 4000;

/** @returns both files by name */
export function agreementTexts(agreement: SetAgreement): Readonly<Record<'agreement.json' | 'agreement.md', string>> {
    const { name, words, criteria, report, missingRuns, gain } = agreement;
    return {
        'agreement.json': `${JSON.stringify({ version: agreementVersion, set: name, words, rubric: criteria, missingRuns, gain, ...report }, null, 2)}\n`,
        'agreement.md': markdown(agreement),
    };
}

const interval = ({ value, low, high }: Measured): string =>
    value === null
        ? 'n/a'
        : `${measured(value)}${low === null || high === null ? '' : ` [${measured(low)}, ${measured(high)}]`}`;
const share = ({ value }: Measured): string => (value === null ? 'n/a' : `${Math.round(100 * value)} %`);

const gainTexts = (gain: SetGain): readonly string[] =>
    gain.kind === 'refused'
        ? [gain.sentence]
        : gain.gains.map((each) => plain(`${peopleSay(each, each.teacher)} ${planSentence(each)}`, longestParagraph));

function markdown({ name, words, report, missingRuns, gain }: SetAgreement): string {
    const rows = report.criteria.flatMap(({ criterion, pairs }) =>
        pairs.map(({ raters: [one, other], n, statistics: { qwk, spearman, exact, within1, bias } }) =>
            [criterion, one, other, n, interval(qwk), interval(spearman), share(exact), share(within1), interval(bias)]
                .map((cell, i) => (i < 3 ? plain(String(cell), longestName) : cell))
                .join(' | '),
        ),
    );
    const alphas = report.criteria.flatMap(({ criterion, alpha: { all } }) =>
        all
            ? [`| ${plain(criterion, longestName)} | ${all.raters.length} | ${all.n} | ${interval(all.ordinal)} |`]
            : [],
    );
    return `# Agreement on ${plain(name, longestName)}

${words.map(({ text }) => plain(text, longestParagraph)).join('\n\n')}

In brackets: 95 % intervals over stories. κ is quadratically weighted; bias is the second rater's mean minus the first's.

| criterion | first | second | stories | κ | Spearman ρ | exact | ±1 | bias |
|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

| criterion | raters | stories | Krippendorff's α, ordinal |
|---|---|---|---|
${alphas.join('\n')}
${gain === null ? '' : `\n## What people would say of the gain\n\n${gainTexts(gain).join('\n\n')}\n`}${missingRuns.length > 0 ? `\nWhat teachers said is missing for stories of the runs ${missingRuns.map((run) => plain(run, longestName)).join(', ')}.\n` : ''}`;
}
