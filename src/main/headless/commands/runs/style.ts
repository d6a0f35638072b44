/** `style`: how a run's stories are written, over its updates and before and after learning. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { badInput } from '../../../../shared/faults.ts';
import { styleChange, styleHeadline, styleMethod, wordChange } from '../../../../shared/findings/style-words.ts';
import { measured, signed } from '../../../../shared/text/numbers.ts';
import type { StyleReport, StyleWord } from '../../../../shared/views/style.ts';
import { styleOfNamedRun } from '../../../service/reports/run/style-thread.ts';
import { csvOf } from '../../csv.ts';
import { printJson } from '../../following.ts';

interface StyleOptions {
    readonly csv?: string;
    readonly json?: boolean;
}

export function addStyleCommand(program: Command): void {
    program
        .command('style')
        .summary('what learning did to words, openings, tense, dialogue, names and repetition')
        .description(
            'Measures how the stories of a run are written, at equal length: over updates, and before and after learning with intervals; names the words and openings that rose and fell.',
        )
        .argument('<run>', 'the run’s name, id or folder')
        .option('--csv <folder>', 'writes the numbers as tables into a folder that is empty or new')
        .option('--json', 'one JSON object for machines')
        .action(async (run: string, { csv, json }: StyleOptions) => {
            if (csv !== undefined && existsSync(csv) && readdirSync(csv).length > 0)
                throw badInput(
                    `${csv} holds something already; nothing was written. Name a folder that is empty or new.`,
                );
            const report = await styleOfNamedRun(run);
            if (report === null)
                throw badInput('The stories of this run are too few or too short to say anything of their style.');
            if (csv !== undefined) writeTables(csv, report);
            if (json) printJson({ type: 'style', ...report });
            else printStyle(report);
        });
}

function printStyle(report: StyleReport): void {
    console.log(`${styleHeadline(report)}\n`);
    for (const measure of report.measures)
        console.log(`${measure.name.padEnd(16)} ${styleChange(measure).padEnd(38)} ${measure.unit}`);
    const words = (title: string, of: readonly StyleWord[]): void => {
        if (of.length > 0) console.log(`\n${title}, of 1,000 words`);
        for (const { word, perThousand, logOdds, z, isSure } of of)
            console.log(
                `  ${word.padEnd(16)} ${measured(perThousand[0], 1)} → ${measured(perThousand[1], 1)}  log-odds ${wordChange(logOdds)}, z ${signed(z, 1)}${isSure ? ' ✓' : ''}`,
            );
    };
    words('Words that rose', report.rose);
    words('Words that fell', report.fell);
    if (report.openings.length > 0) console.log('\nOpenings, % of stories');
    for (const { opening, before, after, difference } of report.openings)
        console.log(
            `  ${opening.padEnd(28)} ${measured(before, 1)} → ${measured(after, 1)}  ${signed(difference.mean, 1)} [${signed(difference.low, 1)}, ${signed(difference.high, 1)}]`,
        );
    console.log(`\n${styleMethod(report)}`);
}

function writeTables(folder: string, { measures, rose, fell, openings, words }: StyleReport): void {
    const tables = {
        'over-updates': measures.flatMap(({ id, unit, points }) =>
            points.map(({ from, to, stories, value: { mean, low, high } }) => ({
                measure: id,
                unit,
                words,
                from_update: from,
                to_update: to,
                stories,
                mean,
                low,
                high,
            })),
        ),
        'before-after': measures.flatMap(({ id, unit, change }) =>
            change === null
                ? []
                : [
                      {
                          measure: id,
                          unit,
                          words,
                          before: change.before.mean,
                          after: change.after.mean,
                          difference: change.difference.mean,
                          low: change.difference.low,
                          high: change.difference.high,
                      },
                  ],
        ),
        words: [...rose, ...fell].map(({ word, logOdds: { mean, low, high }, z, isSure, perThousand }) => ({
            word,
            log_odds: mean,
            low,
            high,
            z,
            sure: Number(isSure),
            before_per_thousand: perThousand[0],
            after_per_thousand: perThousand[1],
        })),
        openings: openings.map(({ opening, before, after, difference: { mean, low, high } }) => ({
            opening,
            before_percent: before,
            after_percent: after,
            difference: mean,
            low,
            high,
        })),
    };
    mkdirSync(folder, { recursive: true });
    for (const [name, rows] of Object.entries(tables)) writeFileSync(join(folder, `${name}.csv`), csvOf(rows));
}
