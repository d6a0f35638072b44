/** `passport`: every word that a student has seen, and what the rules of the BabyLM challenge say of it. */
import type { Command } from 'commander';
import { passportMarkdown } from '../../../shared/passport/passport.ts';
import { counted } from '../../../shared/text/numbers.ts';
import { makePassport } from '../../service/reports/passport/passports.ts';
import { printJson } from '../following.ts';

export function addPassportCommand(program: Command): void {
    program
        .command('passport')
        .summary('every word a student has seen, and whether the BabyLM rules allow it')
        .description(
            'Counts the words that a student has read, written and been taught with, over all runs that it comes from, and judges the sums by the rules of the BabyLM challenge of 2025 and 2026. With --out it writes a folder to submit: passport, student, prescribed checkpoints, and predictions where benchmarks were read.',
        )
        .argument('<student>', 'a run, a checkpoint folder, or the shipped student')
        .option('--out <folder>', 'a folder that is empty or new')
        .option('--json', 'one JSON object a line for machines')
        .action((from: string, { out, json = false }: { out?: string; json?: boolean }) => {
            const { passport, files } = makePassport(from, out ?? null);
            if (json) printJson({ type: 'passport', ...passport, files });
            else {
                console.log(passportMarkdown(passport));
                if (out !== undefined) console.log(`${counted(files.length, 'part')} in ${out}: ${files.join(', ')}`);
            }
        });
}
