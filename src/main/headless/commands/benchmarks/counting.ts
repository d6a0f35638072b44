/** How benchmarks are counted, as options of the command line: officially or fairly, with a switch for every quirk. */
import { Option, type Command } from 'commander';
import {
    benchmarkQuirks,
    countingPresets,
    presetCounting,
    type BenchmarkQuirk,
    type Counting,
    type CountingPreset,
} from '../../../../shared/benchmarks/counting.ts';

export type CountingOptions = Readonly<Partial<Record<BenchmarkQuirk, string>>> & { readonly counting: CountingPreset };

/** `--counting`, and a switch for every quirk. */
export function addCountingOptions(command: Command): Command {
    command.addOption(
        new Option('--counting <how>', 'as the official pipeline of 2025 counts, or with its quirks mended')
            .choices([...countingPresets])
            .default('fair'),
    );
    for (const [key, { id, means, values }] of Object.entries(benchmarkQuirks))
        command.addOption(
            new Option(
                `--${key.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)} <how>`,
                `${means} (${id})`,
            ).choices([...values]),
        );
    return command.option('--json', 'one JSON object a line for machines');
}

/** What was chosen on the command line. */
export function countingOf(options: CountingOptions): Counting {
    const changes = Object.entries(options).filter(([key]) => key in benchmarkQuirks);
    return { ...presetCounting(options.counting), ...(Object.fromEntries(changes) as Partial<Counting>) };
}

/** The same in words. */
export function nameOf(options: CountingOptions): string {
    const changes = Object.entries(options).filter(([key]) => key in benchmarkQuirks);
    return [options.counting, ...changes.map(([key, value]) => `${key} ${String(value)}`)].join(', ');
}

export function wantsJson(command: Command): boolean {
    return command.optsWithGlobals<{ json?: boolean }>().json === true;
}
