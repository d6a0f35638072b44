/** `models`: the teachers one can download, what is here already, and whether one will fit. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { commandLine } from '../../../shared/faults.ts';
import { shellArgument, shellWord } from '../../../shared/text/shell-word.ts';
import {
    catalogueModel,
    digestOf,
    downloadAddress,
    fitsMachine,
    memoryNeeded,
    knownModels,
    thisMachine,
    type Fit,
} from '../../service/models/catalogue.ts';
import { download, gigabytes, type DownloadProgress } from '../../service/models/download.ts';
import { addModel, modelsFolder, modelsOnShelf } from '../../service/models/shelf.ts';
import { teacherSpeeds } from '../../service/models/teacher-speeds.ts';
import { openHome } from '../../service/sources/home.ts';
import { printJson } from '../following.ts';
import { duration, ProgressLine } from '../progress-line.ts';

interface JsonOption {
    readonly json?: boolean;
}

export function addModelsCommand(program: Command): void {
    const command = program
        .command('models')
        .summary('teachers that are language models: list, download, add a file of yours')
        .description(
            'Lists the language models that can be teachers: how big, under which licence, whether they fit this machine, which are here, and how long those that were checked rate a million words. HF_ENDPOINT names a mirror of Hugging Face.',
        )
        .option('--json', 'one JSON object a line for machines')
        .action((options: JsonOption) => list(options.json === true));
    command
        .command('download')
        .summary('download a model; Ctrl-C pauses, and the same command goes on')
        .argument('<id>', 'a model of the list')
        .option('--json', 'one JSON object a line for machines')
        .action((id: string, _: JsonOption, self: Command) => downloadModel(id, isJson(self)));
    command
        .command('add')
        .summary('use a model file that you have; it is linked, not copied')
        .argument('<file>', 'a .gguf file')
        .option('--json', 'one JSON object a line for machines')
        .action(async (given: string, _: JsonOption, self: Command) => {
            const file = await addModel(given);
            if (isJson(self)) printJson({ type: 'model', file });
            else
                console.log(
                    `Added. See what it is worth with: ${commandLine} teacher check ${shellArgument(basename(file))}\nLet it teach with: ${commandLine} learn --teacher ${shellWord(basename(file))}`,
                );
        });
}

/** `--json` means the same before and after the verb. */
function isJson(command: Command): boolean {
    return command.optsWithGlobals<JsonOption>().json === true;
}

const fitWords: Readonly<Record<Fit, string>> = {
    graphics: 'fits the GPU',
    processor: 'fits in memory; the processor rates',
    no: 'does not fit this machine',
};

function list(json: boolean): void {
    const machine = thisMachine();
    const home = openHome();
    const speeds = teacherSpeeds(home);
    home.close();
    for (const { file, model, bytes, done } of modelsOnShelf()) {
        const hours = speeds[basename(file)]?.hoursPerMillionWords ?? null;
        const speed =
            hours === null ? '' : ` · ${duration(3600 * hours)} of rating for a million words, measured in a check`;
        const here = done === bytes ? 'here' : done > 0 ? 'unfinished' : 'not here';
        if (json) {
            const estimate = model && { fit: fitsMachine(model, machine), memoryNeeded: memoryNeeded(model) };
            printJson({ type: 'model', file, here, bytes, done, hoursPerMillionWords: hours, ...model, ...estimate });
        } else if (model === null) {
            console.log(`${basename(file)} · ${gigabytes(bytes)} · your own file${speed}`);
        } else {
            const partly = here === 'unfinished' ? `${Math.floor((100 * done) / bytes)} % downloaded` : here;
            console.log(
                `${model.id.padEnd(14)} ${model.name} · ${model.means}\n${''.padEnd(14)} ${gigabytes(bytes)} · ${model.licence} · ${fitWords[fitsMachine(model, machine)]} · ${partly}${speed}`,
            );
        }
    }
    if (!json)
        console.log(
            `\nDownload one with: ${commandLine} models download <id>\nUse a file you have: ${commandLine} models add <file.gguf>\nThey are in ${modelsFolder()}.`,
        );
}

async function downloadModel(id: string, json: boolean): Promise<void> {
    const model = catalogueModel(knownModels(), id);
    const target = modelsOnShelf().find((on) => on.model?.id === id)!.file;
    const stop = new AbortController();
    const interrupt = (): void => stop.abort();
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const show = progressShown(model.name, json);
    try {
        const end = await download(
            { address: downloadAddress(model), target, bytes: model.bytes, digest: digestOf(model), head: 'GGUF' },
            { signal: stop.signal, onProgress: show.progress },
        );
        show.clear();
        if (end.kind === 'paused') {
            if (json) printJson({ type: 'paused', done: end.done, bytes: model.bytes });
            else
                console.error(
                    `Paused; ${gigabytes(end.done)} of ${gigabytes(model.bytes)} are kept. Go on with: ${commandLine} models download ${id}`,
                );
            process.exitCode = 130;
        } else if (json) printJson({ type: 'downloaded', file: target, wasThere: end.wasThere });
        else
            console.log(
                `${model.name} is ${end.wasThere ? 'already ' : ''}here and whole (${model.licence}). See what it is worth with: ${commandLine} teacher check ${id}\nLet it teach with: ${commandLine} learn --teacher ${id}`,
            );
    } finally {
        show.clear();
        process.off('SIGINT', interrupt);
        process.off('SIGTERM', interrupt);
    }
}

const jsonEveryMs = 1000;

function progressShown(
    name: string,
    json: boolean,
): { readonly progress: (progress: DownloadProgress) => void; readonly clear: () => void } {
    const line = new ProgressLine(process.stderr, () => performance.now());
    let first: { readonly at: number; readonly done: number } | null = null;
    let lastJson = -Infinity;
    return {
        clear: () => line.clear(),
        progress({ phase, done, of }) {
            const now = performance.now();
            if (json) {
                if (now - lastJson < jsonEveryMs) return;
                lastJson = now;
                printJson({ type: 'progress', phase, done: done / of });
                return;
            }
            if (phase !== 'downloading') first = null;
            else first ??= { at: now, done };
            const perMs = first && now > first.at ? (done - first.done) / (now - first.at) : 0;
            line.show({
                phase: `${phase} ${name}`,
                step: `${gigabytes(done)} of ${gigabytes(of)}`,
                done: done / of,
                ...(perMs > 0 ? { remainingSeconds: (of - done) / perMs / 1000 } : {}),
            });
        },
    };
}
