/** `figures`: the paper's figures from one's own runs, each as a picture, a table and a caption. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { badInput } from '../../../../shared/faults.ts';
import { svgOf } from '../../../../shared/figures/svg-chart.ts';
import { counted } from '../../../../shared/text/numbers.ts';
import { figuresOfRuns } from '../../../service/reports/figures/figures.ts';
import { printJson } from '../../following.ts';
import { addCountingOptions, countingOf, type CountingOptions } from './counting.ts';
import { csvOf } from '../../csv.ts';

type FiguresOptions = CountingOptions & { readonly out: string; readonly published?: string; readonly json?: boolean };

export function addFiguresCommand(program: Command): void {
    const command = program
        .command('figures')
        .summary('the paper’s figures from your own runs')
        .description(
            'Draws the paper’s figures from your own runs: dynamics, surface, phases, shares of scores, entropy, feedback in words of reading, benchmarks. Each is a picture (.svg), its numbers (.csv) and its caption (.txt).',
        )
        .argument('<runs...>', 'runs of learning and of pretraining, by name, id or folder')
        .requiredOption('--out <folder>', 'a folder that is empty or new')
        .option('--published <file>', 'published results to show beside them (docs/evaluation.md)');
    addCountingOptions(command).action((runs: readonly string[], options: FiguresOptions) => {
        if (existsSync(options.out) && readdirSync(options.out).length > 0)
            throw badInput(
                `${options.out} holds something already; nothing was drawn. Name a folder that is empty or new.`,
            );
        const { charts, remarks } = figuresOfRuns(runs, countingOf(options), options.published ?? null);
        for (const remark of remarks) console.error(remark);
        if (charts.length === 0) throw badInput('There is nothing to draw of these runs; nothing was written.');
        mkdirSync(options.out, { recursive: true });
        for (const chart of charts) {
            const files = { svg: svgOf(chart), csv: csvOf(chart.rows), txt: `${chart.title}\n\n${chart.caption}\n` };
            for (const [ending, text] of Object.entries(files))
                writeFileSync(join(options.out, `${chart.id}.${ending}`), text);
            if (options.json === true)
                printJson({ type: 'figure', id: chart.id, title: chart.title, caption: chart.caption });
            else console.log(`${chart.id.padEnd(28)} ${chart.title}`);
        }
        if (options.json !== true) console.log(`${counted(charts.length, 'figure')} in ${options.out}`);
    });
}
