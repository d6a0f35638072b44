/** The parts of a report, each from what was read of its run. */
import { besideGain, gainHeadline, judgeSays, oneSeed } from '../../../../shared/findings/gain-words.ts';
import { lengthPays } from '../../../../shared/findings/length-words.ts';
import { peopleSay } from '../../../../shared/findings/peoples-gain-words.ts';
import { count, counted, measured, signed } from '../../../../shared/text/numbers.ts';
import type { PairedStory } from '../../../../shared/views/stories.ts';
import { ratingsFileType, ratingsFileVersion } from '../../../../shared/ratings/ratings-file.ts';
import type { Change } from '../../../learning/statistics/before-after.ts';
import { gainFound, type RunComparison } from '../../reports/comparison/comparison.ts';
import { citations } from '../../reports/run/card.ts';
import { reportSetDigest } from '../../sets/report-set.ts';
import type { ReportFacts, ReportSetting, GivenScores } from './facts.ts';
import { gainChart, learningChart, lengthChart, spreadChart } from './figures.ts';
import {
    embeddedJson,
    escaped,
    figureOf,
    number,
    paragraph,
    proseOf,
    tableOf,
    text,
    type ReportCell,
} from './markup.ts';
import { anchorsTable, ratersSay } from './raters.ts';
import { styleSection } from './style-section.ts';

export interface ReportSection {
    readonly id: string;
    readonly title: string;
    readonly html: string;
}

/** Only those that there is something to say in. */
export function sectionsOf(facts: ReportFacts): readonly ReportSection[] {
    return [
        { id: 'claim', title: 'What can be claimed', html: claim(facts) },
        { id: 'figures', title: 'Figures', html: figures(facts) },
        { id: 'style', title: 'Style', html: styleSection(facts) },
        { id: 'methods', title: 'Methods', html: methods(facts) },
        { id: 'settings', title: 'Settings', html: settings(facts) },
        { id: 'stories', title: 'Stories before and after', html: stories(facts) },
        { id: 'rate', title: 'Rate stories blind', html: form(facts) },
        { id: 'tables', title: 'Tables', html: tables(facts) },
        {
            id: 'cite',
            title: 'To cite',
            html: `<ul>${citations.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`,
        },
    ].filter(({ html }) => html !== '');
}

function claim({ comparison, worries, run, curves, holdOut, rubric }: ReportFacts): string {
    const health =
        worries.length > 0
            ? `<div class="sheet warning" role="note"><h3>Health warnings</h3>${worries.map(({ says, advice }) => `<p><b>${escaped(says)}.</b> ${escaped(advice)}</p>`).join('')}</div>`
            : run.lastUpdate === null
              ? ''
              : paragraph('None of the checks of health found anything to worry about.', 'good');
    const state =
        run.state === 'finished' ? '' : paragraph(`The run is ${run.state}; its numbers are those of now.`, 'note');
    if (comparison === null)
        return [
            paragraph('This run was not evaluated before and after learning, so no gain can be claimed.', 'claim'),
            ...[state, health],
        ].join('\n');
    const gain = gainFound(comparison);
    const teacher = curves?.teacher ?? '';
    return [
        paragraph(gainHeadline(gain), 'claim'),
        paragraph(oneSeed),
        ...(comparison.people === null ? [] : [paragraph(peopleSay(comparison.people))]),
        paragraph(besideGain(gain)),
        ...(gain.judges.length === 0
            ? [paragraph('No second judge, one that never rewards, has read these stories.')]
            : gain.judges.map((judge) => paragraph(judgeSays(judge)))),
        paragraph(ratersSay([teacher, ...gain.judges.map(({ name }) => name)], holdOut)),
        paragraph(lengthPays(comparison.byLength)),
        ...[state, scoresTable(comparison), anchorsTable(rubric, teacher), health],
    ].join('\n');
}

function scoresTable({ scores, criteria }: RunComparison): string {
    const interval = ({ mean, low, high }: Change['before'], show = measured): string =>
        `${show(mean)} [${show(low)}, ${show(high)}]`;
    const row = (name: string, { before, after, difference, gainInDeviations }: Change): readonly ReportCell[] => [
        text(name),
        number(interval(before)),
        number(interval(after)),
        number(interval(difference, signed)),
        number(gainInDeviations === null ? 'n/a' : measured(gainInDeviations)),
    ];
    const left =
        scores.unreadablePairs === 0
            ? ''
            : ` ${counted(scores.unreadablePairs, 'pair')} left out, for one of the two stories could not be rated.`;
    return tableOf(
        `Clean scores of ${counted(scores.pairs, 'pair')} of stories from equal seeds, with 95 % intervals.${left}`,
        [text('Score'), number('Before'), number('After'), number('Change'), number('Effect size (SD)')],
        [
            row('All criteria', scores.total),
            ...criteria.flatMap(({ id, name }) => {
                const of = scores.perCriterion[id];
                return of === undefined ? [] : [row(name, of)];
            }),
        ],
    );
}

function figures({ comparison, curves, hasDropout }: ReportFacts): string {
    const charts = [
        ...(comparison === null ? [] : [gainChart(comparison), spreadChart(comparison), lengthChart(comparison)]),
        ...(curves === null ? [] : [learningChart(curves, hasDropout)]),
    ].filter((chart) => chart !== null);
    return charts.map(figureOf).join('\n');
}

function methods({ methods: said }: ReportFacts): string {
    return `${paragraph(said)}<p class="note">Written from the run’s own settings and record; it may be quoted as it is.</p>`;
}

function settings({ settings: all, preset }: ReportFacts): string {
    const differing = all.filter(({ differs }) => differs);
    const row = ({ label, key, value, preset: usual }: ReportSetting): readonly ReportCell[] => [
        ...[text(label), text(value), text(usual), text(key)],
    ];
    const head = ['Setting', 'This run', `Preset “${preset}”`, 'Key'].map(text);
    const those =
        differing.length === 0
            ? paragraph(`Every setting is that of the preset “${preset}”.`)
            : tableOf(`Where this run differs from the preset “${preset}”`, head, differing.map(row));
    return `${those}<details><summary>All ${all.length} settings that acted in this run</summary>${tableOf('All settings', head, all.map(row))}</details>`;
}

function stories({ pairs, pairsInAll, pairsInForm, rubric }: ReportFacts): string {
    if (pairs.length === 0 || rubric === null) return '';
    const scored = (total: number | null, scores: GivenScores | null): string => {
        if (total === null || scores === null) return 'could not be rated';
        const each = rubric.criteria.flatMap(({ id, name }) =>
            scores[id] === undefined ? [] : [`${name.toLowerCase()} ${measured(scores[id], 1)}`],
        );
        return `score ${measured(total)} (${each.join(', ')})`;
    };
    const one = (
        title: string,
        prompt: string,
        { story, words, finished, total }: PairedStory,
        scores: GivenScores | null,
    ): string =>
        `<div><h4>${escaped(`${title}: ${scored(total, scores)}, ${counted(words, 'word')}${finished ? '' : ', cut off'}`)}</h4>${proseOf(prompt, story)}</div>`;
    const unread =
        pairsInForm === 0 ? '' : `, of the ${count(pairsInAll - pairsInForm)} that the rating form does not use`;
    const shown = pairs.map(
        ({ seed, prompt, before, after, scores }) =>
            `<article class="pair"><h3>Seed ${seed}</h3>${one('Before', prompt, before, scores.before)}${one('After', prompt, after, scores.after)}</article>`,
    );
    return `${paragraph(`${counted(pairs.length, 'pair')} out of ${count(pairsInAll)}${unread}. Nobody picked them: the run’s id alone decides which, and they stand in the order of their seeds. Both stories of a pair began with the same prompt and the same seed; only the weights differ.`)}
<details><summary>Read ${pairs.length} pairs side by side</summary>${shown.join('\n')}</details>`;
}

function form({ form: set, run, at }: ReportFacts): string {
    if (set === null) return '';
    const { rubric, stories: all, order } = set;
    const storyOf = new Map(all.map(({ id, prompt, story }) => [id, { prompt, story }]));
    const facts = {
        type: ratingsFileType,
        version: ratingsFileVersion,
        run: run.id,
        runName: run.name,
        set: set.id,
        seed: set.seed,
        wanted: all.length,
        digest: reportSetDigest(set),
        writtenAt: at,
        criteria: rubric.criteria.map(({ id, name, means, min, max }) => ({ id, name, means, min, max })),
        items: order.map((id) => storyOf.get(id)!),
    };
    const anchors =
        rubric.text === ''
            ? ''
            : `<details><summary>The rubric in full</summary><pre tabindex="0">${escaped(rubric.text)}</pre></details>`;
    return `${paragraph(`${counted(order.length, 'story', 'stories')}, one after the other, from before and after learning in random order; some come twice. Nothing says which is which. Rate each by itself, save the file, and send it to whoever gave you this report: Storyloop imports it, and computes from it what people would say of the gain. None of these stories is shown elsewhere in this report.`)}
${anchors}
<noscript><p class="sheet">The form needs JavaScript, which is switched off here. All else can be read without it.</p></noscript>
<div class="sheet" id="desk" role="group" aria-label="Rating form" hidden>
<div class="row"><label for="rater">Your name</label><input type="text" id="rater" maxlength="100" autocomplete="off" /></div>
<p class="progress" id="progress" role="status"></p>
<p class="story" id="story"></p>
<div id="criteria"></div>
<div class="row"><button type="button" id="back">Back</button><button type="button" id="skip">Skip</button><button type="button" id="next">Next</button><button type="button" class="primary" id="save">Save as a file</button></div>
<p class="said" id="said" role="status"></p>
<p class="keys">Keys: a number gives a score and goes on to the next criterion; Enter for the next story, Backspace for the one before, S to skip.</p>
</div>
<script type="application/json" id="form-data">${embeddedJson(facts)}</script>`;
}

function tables({ tables: all }: ReportFacts): string {
    const shown = all.map(({ title, sql, columns, rows }) => {
        const isNumber = columns.map((_, i) => rows.every((row) => row[i] === null || typeof row[i] === 'number'));
        const cells = rows.map((row) => row.map((value, i): ReportCell => cellOf(value, isNumber[i]!)));
        return `${tableOf(
            title,
            columns.map((words, i): ReportCell => ({ words, isNumber: isNumber[i]! })),
            cells,
        )}<details><summary>SQL of “${escaped(title)}”</summary><pre tabindex="0">${escaped(sql)}</pre></details>`;
    });
    return `${paragraph('Each table is what its query answers on the run’s own database, run.sqlite. The means above are those of the same rows. “low” and “high” were drawn when the stories were evaluated, each side by itself; the intervals above were drawn for this report, over pairs. Both are bootstraps of 95 %, and two such drawings differ by some hundredths.')}${shown.join('\n')}`;
}

const cellOf = (value: string | number | null, isNumber: boolean): ReportCell => ({
    words: value === null ? '' : typeof value === 'number' ? String(value).replace('-', '−') : value,
    isNumber,
});
