/** `export` and `import`: what was made leaves in formats that others read, and what others made comes in, checked. */
import { type Command, Option } from 'commander';
import { exportFormats, ggufTypes, type ExportedFile, type GgufType } from '../../shared/exchange.ts';
import type { ExchangeEnd, ExchangeHandle } from '../service/exchange-session.ts';
import { openWorkbench } from '../service/workbench.ts';
import { printJson, reportFault } from './following.ts';
import { duration, ProgressLine } from './progress-line.ts';

interface ExportOptions {
    readonly what?: string;
    readonly as?: string;
    readonly to: string;
    readonly checkpoint?: string;
    readonly gguf: GgufType;
    readonly json?: boolean;
}

const choices = Object.entries(exportFormats)
    .map(([what, formats]) => `${what} (${formats.join(', ')})`)
    .join(', ');

export function addExportCommand(program: Command): void {
    program
        .command('export')
        .summary('take a run’s record, student or card elsewhere')
        .description(
            `Writes what is named into a folder of its own, reads every file back, and lists them with their digests in manifest.json. Also while the run goes on. Names of home folder, host, user and raters stay here.\n\nWhat, and as what: ${choices}; authors: the published system’s generated.csv and batch_stats.csv.`,
        )
        .argument('<run>', 'the run’s name, id or folder; for a student alone also a checkpoint folder or `shipped`')
        .option(
            '--what <things>',
            'one or more, separated by commas, or `all`; default: what --as suggests, else database',
        )
        .option('--as <formats>', 'one or more, separated by commas; default: the first of each thing')
        .requiredOption('--to <folder>', 'a folder that does not exist yet')
        .option('--checkpoint <name>', 'which student leaves, e.g. chck_100K; default: the latest')
        .addOption(new Option('--gguf <type>', 'how a GGUF stores matrices').choices([...ggufTypes]).default('F16'))
        .option('--json', 'one JSON object a line for machines')
        .action(async (from: string, options: ExportOptions) => {
            const { what = null, as = null, checkpoint = null, to, gguf: ggufType } = options;
            const json = options.json === true;
            const began = performance.now();
            const handle = openWorkbench().export({ from, what, as, checkpoint, to, ggufType });
            const end = await followExchange(handle, json);
            if (end.type !== 'exported') return;
            const seconds = (performance.now() - began) / 1000;
            if (json) {
                for (const file of end.files) printJson({ type: 'file', ...file });
                const peakRssMB = Math.round(end.peakRssBytes / 1e6);
                printJson({ type: 'result', to: end.to, files: end.files.length, seconds, peakRssMB });
            } else {
                for (const file of end.files) console.log(describeFile(file));
                console.log(`\n${end.files.length} files in ${duration(seconds)}, each read back: ${end.to}`);
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

function describeFile({ path, bytes, verified }: ExportedFile): string {
    return `${path.padEnd(32)} ${size(bytes).padStart(9)}  ${verified}`;
}

function size(bytes: number): string {
    if (bytes < 1000) return `${bytes} B`;
    if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
    return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Shows how far it is. Ctrl-C cancels, which leaves nothing behind; what did not end well is said here. */
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
