/** `compare`: which of several runs' settings won, and how sure that is. */
import type { Command } from 'commander';
import { averagedRuns, conclusionOf, settingName } from '../../../../shared/findings/compare-words.ts';
import { change, type Interval } from '../../../../shared/findings/gain-words.ts';
import { measured } from '../../../../shared/text/numbers.ts';
import { compareNamedRuns } from '../../../service/reports/named-runs.ts';
import { printJson } from '../../following.ts';

export function addCompareCommand(program: Command): void {
    program
        .command('compare')
        .summary('which setting of several runs won, and how sure that is')
        .description(
            'Says what can be concluded of several finished runs. Runs that differ in nothing but their seed are one setting, and intervals are over its seeds; runs that different teachers rated are never compared.',
        )
        .argument('<runs...>', 'by name, id or folder')
        .option('--json', 'one JSON object for machines')
        .action((runs: readonly string[], options: { json?: boolean }) => {
            const { names, gains } = compareNamedRuns(runs);
            const conclusions = conclusionOf(gains, names);
            if (options.json) {
                printJson({ type: 'comparison', conclusions, ...gains, names });
                return;
            }
            for (const { headline, allStories, limits, beside } of conclusions) {
                console.log(headline);
                for (const sentence of [allStories, limits, ...beside].filter((words) => words !== ''))
                    console.log(`  ${sentence}`);
            }
            for (const [place, setting] of gains.settings.entries()) {
                console.log(`\n${settingName(setting, names)} · ${averagedRuns(gains, place)}`);
                for (const run of setting.runs) {
                    const gained = gains.runs[run]!;
                    const said = gained
                        ? `${measured(gained.before.mean)} → ${measured(gained.after.mean)}  at equal length ${orNone(gained.atEqualLength)}  all ${change(gained.total)}`
                        : 'not evaluated before and after learning';
                    console.log(`  ${names[run]!.padEnd(28)} ${said}`);
                }
                const { together } = setting;
                if (together)
                    console.log(
                        `  ${'mean over seeds'.padEnd(28)}              at equal length ${orNone(together.atEqualLength)}  all ${change(together.total)}`,
                    );
            }
            for (const { teacher, byLength } of gains.verdicts) {
                console.log(`\nScore by words after learning, by ${teacher}`);
                for (const { name, sides } of byLength.lines)
                    for (const [i, { stories, score }] of sides.entries())
                        console.log(
                            `  ${settingName(gains.settings[Number(name)]!, names).padEnd(28)} ${byLength.bins[i]!.join('–').padEnd(10)} ${score === null ? 'n/a' : scoreOf(score)} (${stories})`,
                        );
            }
        });
}

const scoreOf = ({ mean, low, high }: Interval): string => `${measured(mean)} [${measured(low)}, ${measured(high)}]`;
const orNone = (interval: Interval | null): string => (interval ? change(interval) : 'n/a');
