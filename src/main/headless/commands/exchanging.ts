/** `export` writes runs, sets and students in formats that other programs read; `import` brings them in, checked. */
import { type Command, Option } from 'commander';
import { ggufTypes, thingsOf, type ExportedFile, type GgufType } from '../../../shared/contracts/exchange.ts';
import { badInput } from '../../../shared/faults.ts';
import type { StoryChoice } from '../../../shared/run/story-filter.ts';
import { counted } from '../../../shared/text/numbers.ts';
import type { ExchangeEnd, ExchangeHandle } from '../../service/sessions/exchange-session.ts';
import { openWorkbench } from '../../service/workbench.ts';
import { printJson, reportFault } from '../following.ts';
import { duration, ProgressLine } from '../progress-line.ts';

interface ExportOptions {
    readonly what?: string;
    readonly as?: string;
    readonly to: string;
    readonly checkpoint?: string;
    readonly gguf: GgufType;
    readonly json?: boolean;
    readonly text?: string;
    readonly updates?: string;
    readonly scores?: string;
    readonly words?: string;
    readonly ended?: 'self' | 'cut';
}

const choices = (['run', 'set'] as const)
    .map(
        (subject) =>
            `of a ${subject}: ${[...thingsOf(subject)].map(([what, formats]) => `${what} (${formats.join(', ')})`).join(', ')}`,
    )
    .join('; ');

export function addExportCommand(program: Command): void {
    program
        .command('export')
        .summary('take a run’s record, stories, student or card, or a rating set, elsewhere')
        .description(
            `Writes what is named into a folder of its own, reads every file back, and lists them with their digests in manifest.json. Also while the run goes on. Names of home folder, host, user and raters stay here.\n\nWhat, and as what, ${choices}; authors: the published system’s generated.csv and batch_stats.csv.`,
        )
        .argument(
            '<run>',
            'the run’s name, id or folder; the name or id of a rating set; for a student alone a checkpoint folder or `shipped`',
        )
        .option(
            '--what <things>',
            'one or more, separated by commas, or `all`; default: what --as suggests, else the first',
        )
        .option('--as <formats>', 'one or more, separated by commas; default: the first of each thing')
        .requiredOption('--to <folder>', 'a folder that does not exist yet')
        .option('--checkpoint <name>', 'which student leaves, e.g. chck_100K; default: the latest')
        .addOption(new Option('--gguf <type>', 'how a GGUF stores matrices').choices([...ggufTypes]).default('F16'))
        .option('--text <words>', 'only stories with these words; "phrases" in quotes, beginnings with a star*')
        .option('--updates <from-to>', 'only stories of these updates, as 300-379, 300- or -379')
        .option('--scores <from-to>', 'only stories with such a total of the teacher')
        .option('--words <from-to>', 'only stories of such a length')
        .addOption(
            new Option('--ended <how>', 'only stories that ended by themselves, or were cut off').choices([
                'self',
                'cut',
            ]),
        )
        .option('--json', 'one JSON object a line for machines')
        .action(async (from: string, options: ExportOptions) => {
            const { what = null, as = null, checkpoint = null, to, gguf: ggufType } = options;
            const json = options.json === true;
            const began = performance.now();
            const stories = storiesIn(options);
            const handle = await openWorkbench().export({ from, what, as, stories, checkpoint, to, ggufType });
            const end = await followExchange(handle, json);
            if (end.type !== 'exported') return;
            const seconds = (performance.now() - began) / 1000;
            if (json) {
                for (const file of end.files) printJson({ type: 'file', ...file });
                const peakRssMB = Math.round(end.peakRssBytes / 1e6);
                printJson({ type: 'result', to: end.to, files: end.files.length, seconds, peakRssMB });
            } else {
                for (const file of end.files) console.log(describeFile(file));
                console.log(
                    `\n${counted(end.files.length, 'file')} in ${duration(seconds)}, ${end.files.length === 1 ? '' : 'each '}read back: ${end.to}`,
                );
            }
        });
}

export function addImportCommand(program: Command): void {
    program
        .command('import')
        .summary('bring in a run, the published system’s logs, or a GPT-2')
        .description(
            'Brings in a run folder or run.sqlite from another machine, a folder with the published system’s generated.csv and batch_stats.csv, or a Hugging Face GPT-2 folder. Everything is checked before it counts; the original is left as it is.',
        )
        .argument('<path>', 'what to bring in')
        .option('--name <name>', 'what to call it; default: as it was called')
        .option('--json', 'one JSON object a line for machines')
        .action(async (source: string, options: { readonly name?: string; readonly json?: boolean }) => {
            const json = options.json === true;
            const end = await followExchange(openWorkbench().import({ source, name: options.name ?? null }), json);
            if (end.type !== 'imported') return;
            const { kind, folder, name, notes } = end.imported;
            if (json) printJson({ type: 'result', kind, folder, name, notes });
            else console.log([`${kind} "${name}": ${folder}`, ...notes.map((note) => `  ${note}`)].join('\n'));
        });
}

/** Null where no filter was named: all of them. */
function storiesIn({ text, updates, scores, words, ended }: ExportOptions): StoryChoice | null {
    const [fromUpdate, toUpdate] = rangeIn('--updates', updates, 1);
    const [minScore, maxScore] = rangeIn('--scores', scores, null);
    const [minWords, maxWords] = rangeIn('--words', words, 0);
    const finished = ended === undefined ? undefined : ended === 'self';
    const fits = { text, fromUpdate, toUpdate, minScore, maxScore, minWords, maxWords, finished };
    return Object.values(fits).every((value) => value === undefined) ? null : { fits };
}

/** `least`: of whole numbers the smallest; null where they need not be whole. */
function rangeIn(
    option: string,
    typed: string | undefined,
    least: number | null,
): readonly [number | undefined, number | undefined] {
    if (typed === undefined) return [undefined, undefined];
    const number = least === null ? '\\d+(?:\\.\\d+)?' : '\\d+';
    const found = new RegExp(`^(${number})?\\s*[-–]\\s*(${number})?$|^(${number})$`).exec(typed.trim());
    const [from, to] = [found?.[1] ?? found?.[3], found?.[2] ?? found?.[3]].map((each) =>
        each === undefined ? undefined : Number(each),
    );
    const isRange = (from !== undefined || to !== undefined) && (from ?? -Infinity) <= (to ?? Infinity);
    if (!isRange || (least !== null && Math.min(from ?? least, to ?? least) < least))
        throw badInput(
            `${option} cannot be "${typed}": it must be a range, such as ${least === null ? '6-9, 6- or -3' : '300-379, 300- or -379'}; nothing was written.`,
        );
    return [from, to];
}

function describeFile({ path, bytes, verified }: ExportedFile): string {
    return `${path.padEnd(32)} ${size(bytes).padStart(9)}  ${verified}`;
}

function size(bytes: number): string {
    if (bytes < 1000) return `${bytes} B`;
    if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
    return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Shows progress. Ctrl-C cancels and leaves nothing behind; a failure is reported here. */
async function followExchange(handle: ExchangeHandle, json: boolean): Promise<ExchangeEnd> {
    const line = new ProgressLine(process.stderr, () => performance.now());
    handle.onProgress(({ done, doing }) => {
        if (json) printJson({ type: 'progress', done, doing });
        else line.show({ phase: doing, done });
    });
    const interrupt = (): void => handle.cancel();
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const end = await handle.ended;
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    line.clear();
    if (end.type === 'cancelled') {
        if (json) printJson({ type: 'cancelled' });
        else console.error('Cancelled; nothing was left behind.');
        process.exitCode = 130;
    }
    if (end.type === 'fault') reportFault(end.fault, json);
    return end;
}
