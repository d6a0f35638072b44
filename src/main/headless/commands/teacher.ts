/** `teacher check`: finds out what a teacher is worth before a run uses it. */
import type { Command } from 'commander';
import type { TeacherReport } from '../../../shared/contracts/engine.ts';
import { configKeys } from '../../../shared/run/config.ts';
import { countedStories } from '../../../shared/text/numbers.ts';
import { quotable } from '../../../shared/text/quoting.ts';
import { orderVerdicts } from '../../../shared/findings/teacher-verdicts.ts';
import { badInput } from '../../../shared/faults.ts';
import { usualPairs, type TruthFound } from '../../../shared/ratings/known-truth.ts';
import { openWorkbench } from '../../service/workbench.ts';
import { follow, printJson, reportEnd } from '../following.ts';
import { printTruth } from './truth.ts';
import { addConfigOption, readConfigOptions } from '../options.ts';

export function addTeacherCommand(program: Command): void {
    const teacher = program.command('teacher').summary('what a teacher is worth').description('Looks at a teacher.');
    const command = teacher
        .command('check')
        .summary('device, memory, speed, and whether it knows a story from its shuffled words')
        .description(
            'Opens a teacher and lets it rate stories of known order: whole ones, the same with their sentences shuffled, with their words shuffled, and mixtures of their sentences. Says where it runs, how fast, how sure it is, and whether it gives the same scores again.',
        )
        .argument(
            '<teacher>',
            'a .gguf file, a model of `models`, a server by its address (http://…/v1), or any other teacher',
        )
        .option('--rubric <file>', 'short for --teacher-rubric')
        .option(
            '--known-truth',
            'instead: sound stories against twins with one planted defect each, and which defects the teacher sees',
        )
        .option('--pairs <number>', 'of --known-truth: how many sound stories, each with its twins', String(usualPairs))
        .option(
            '--threshold <score>',
            'of --known-truth: the total below which a story counts as faulty, instead of one taken from sound stories',
        )
        .option('--json', 'one JSON object a line for machines');
    for (const key of configKeys)
        if (
            /^teacher\.(reading|rubric|sees|storyTokens|sideBySide|device|threads|model|inFlight|patience|retries)$/.test(
                key,
            )
        )
            addConfigOption(command, key);
    command.action(async (name: string, options: CheckOptions) => {
        const { preset, config } = readConfigOptions({
            ...options,
            preset: 'improved',
            teacher: name,
            ...(options.rubric === undefined ? {} : { teacherRubric: options.rubric }),
        });
        const json = options.json === true;
        if (options.knownTruth === true) return tellTruth({ preset, config }, options, json);
        const task = openWorkbench().checkTeacher({ preset, config });
        let report: TeacherReport | null = null;
        task.onEvent((event) => {
            if (event.type === 'checked') report = event.report;
        });
        if (reportEnd(await follow(task, { json, pausable: false }), null, json) && report !== null) {
            if (json) printJson({ type: 'checked', ...(report as TeacherReport) });
            else console.log(inWords(report));
        }
    });
}

interface CheckOptions {
    readonly rubric?: string;
    readonly knownTruth?: boolean;
    readonly pairs: string;
    readonly threshold?: string;
    readonly json?: boolean;
}

async function tellTruth(
    request: Pick<ReturnType<typeof readConfigOptions>, 'preset' | 'config'>,
    { pairs, threshold }: CheckOptions,
    json: boolean,
): Promise<void> {
    const count = Number(pairs);
    if (!Number.isSafeInteger(count) || count < 1)
        throw badInput(`--pairs cannot be "${pairs}": it must be a whole number of at least 1.`);
    const least = threshold === undefined ? null : Number(threshold);
    if (least !== null && !Number.isFinite(least))
        throw badInput(`--threshold cannot be "${threshold ?? ''}": it must be a number.`);
    const task = openWorkbench().tellTruth({ ...request, pairs: count, threshold: least });
    let found: TruthFound | null = null;
    task.onEvent((event) => {
        if (event.type === 'truth-told') ({ found } = event);
    });
    if (!reportEnd(await follow(task, { json, pausable: false }), null, json) || found === null) return;
    if (json) printJson({ type: 'known-truth', ...(found as TruthFound) });
    else printTruth(found);
}

function inWords(report: TeacherReport): string {
    const { details, memory, context, order, retest } = report;
    const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
    const lines = [
        `${report.name} · rubric ${report.rubric}`,
        ...('device' in details ? [`runs on ${details['device']}`] : []),
        ...('probabilitiesPerToken' in details && details['reading'] === 'expected'
            ? [`the server gives the probabilities of ${details['probabilitiesPerToken']} tokens at each place`]
            : []),
        ...(memory
            ? [
                  `memory ${gigabytes(memory.ram)}${memory.vram > 0 ? `, and ${gigabytes(memory.vram)} of GPU memory` : ''}`,
              ]
            : []),
        ...(context
            ? [`context ${context.used} of ${context.model} tokens, of which the rubric takes ${context.rubric}`]
            : []),
        ...('separator' in details
            ? [
                  `digits are single tokens, between them ${details['separator']}; chat template: ${details['chatTemplate'] === 'own' ? 'the model’s own' : 'none in the file, a generic one stands in'}`,
              ]
            : []),
        ...(report.hoursPerMillionWords === null
            ? []
            : [
                  `${report.storiesPerSecond.toFixed(2)} stories a second${report.tokensPerSecond === null ? '' : `, ${report.tokensPerSecond.toFixed(0)} tokens a second`}: ${report.hoursPerMillionWords.toFixed(1)} hours for a million words`,
              ]),
        ...(order
            ? [
                  `the same stories again: scores differ by ${retest.again.toPrecision(2)} at most; in another order by ${retest.otherOrder.toPrecision(2)}`,
              ]
            : []),
        ...(report.unreadable > 0
            ? [
                  `${report.unreadable} of ${countedStories(report.stories)} could not be rated; of the first the teacher said “${quotable(report.firstUnreadable ?? '')}”`,
              ]
            : []),
        ...(report.offFormatMass === null
            ? []
            : [`${(100 * report.offFormatMass).toFixed(1)} % of its answer fell on anything but a score`]),
        ...(report.entropy === null
            ? []
            : [`entropy of its scores ${report.entropy.toFixed(2)} nats (0: always sure)`]),
        '',
        'One story three ways, and how probable each score was, from the lowest up:',
        ...report.examples.flatMap(({ kind, total, scores, probabilities, story }) => [
            `${kind.padEnd(19)} ${total === null ? 'not rated' : total.toFixed(2)}  ${story.slice(0, 60)}…`,
            ...Object.entries(scores).map(
                ([id, score]) => `  ${id.padEnd(17)} ${score.toFixed(2)}${inBrackets(probabilities[id])}`,
            ),
        ]),
        '',
        ...(order
            ? orderVerdicts(order)
            : ['Whether it can tell stories apart stays open: hardly one was rated in all three ways.']),
    ];
    return lines.join('\n');
}

/** Empty where the teacher wrote its scores instead of giving probabilities. */
function inBrackets(probabilities: readonly number[] | undefined): string {
    return probabilities ? `  (${probabilities.map((p) => `${(100 * p).toFixed(0)} %`).join(', ')})` : '';
}
