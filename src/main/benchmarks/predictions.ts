/**
 * The folder of results that the official pipeline leaves and its collate_preds.py collects: for each task what the
 * model preferred, item by item, and a report. Always counted as `official`: these are the pipeline's files, not ours.
 */
import type { BenchmarkItem, ScoredItem } from '../../shared/benchmarks/benchmarks.ts';
import { presetCounting } from '../../shared/benchmarks/counting.ts';
import { accuracies } from './counting/accuracy.ts';
import type { AcquisitionCheckpoint } from './counting/acquisition.ts';
import type { ChoiceTask } from './counting/averages.ts';
import { choiceOf } from './counting/choices.ts';
import { readingScores } from './counting/reading.ts';
import { firstOfTwo, wugCorrelation } from './counting/wug.ts';
import type { CountedTask } from './count-tasks.ts';
import { Float, pythonJson, twoDecimals, type PythonJson } from './python-text.ts';

export interface OfficialFile {
    readonly path: string; // with slashes, from the folder that takes the results
    readonly text: string;
}

/** Whose results they are: names of folders. */
export interface OfficialPlace {
    readonly model: string;
    readonly revision: string; // main, or a checkpoint's name
}

type OfficialTask = Exclude<CountedTask, 'zorro' | 'grammar'>;

const official = presetCounting('official');

/** dataset: the name of the task's folder, as found. scored: of this task, in the order of the items */
export function officialFiles(
    task: OfficialTask,
    dataset: string,
    scored: readonly ScoredItem[],
    { model, revision }: OfficialPlace,
): OfficialFile[] {
    const folder = `results/${model}/${revision}/zero_shot/causal`;
    if (task === 'reading') return readingFiles(`${folder}/reading`, scored);
    const name = task === 'supplement' ? 'blimp' : task; // the supplement is scored as BLiMP is
    const isWug = task === 'wug_adj' || task === 'wug_past';
    return [
        { path: `${folder}/${name}/${dataset}/predictions.json`, text: pythonJson(predictionsOf(task, scored)) },
        {
            path: `${folder}/${name}/${dataset}/best_temperature_report.txt`,
            text: isWug ? wugReport(scored) : choiceReport(task, scored),
        },
    ];
}

/** checkpoints: with names (chck_1M, …), in the order of words read; `modelName`: as it was given to the pipeline. */
export function acquisitionFile(
    checkpoints: readonly (AcquisitionCheckpoint & { readonly step: string })[],
    modelName: string,
    model: string,
): OfficialFile {
    const results = checkpoints.flatMap(({ step, words, scored }) =>
        scored.map(({ item, logprobs }): PythonJson => ({
            step,
            word_count: words,
            target_word: item.uid,
            context_id: item.index,
            context: item.labels['context'] ?? '',
            surprisal: new Float(-logprobs[0]!),
        })),
    );
    const metadata = {
        model_name: modelName,
        use_bos_only: false,
        total_steps: checkpoints.length,
        completed_steps: checkpoints.filter(({ scored }) => scored.length > 0).length,
    };
    return {
        path: `results/${model}/main/zero_shot/causal/AoA_word/surprisal.json`,
        text: pythonJson({ metadata, results }, 2),
    };
}

/** By group, in the order in which groups begin; a group's items are numbered. */
function predictionsOf(task: OfficialTask, scored: readonly ScoredItem[]): PythonJson {
    const groups = new Map<string, PythonJson[]>();
    for (const each of scored) {
        const { uid, index, texts } = each.item;
        const { chosen } = choiceOf(each, official);
        const made = groups.get(uid) ?? [];
        groups.set(uid, made);
        const prediction = { id: `${uid}_${index}`, pred: predicted(task, texts[chosen]!) };
        const isWug = task === 'wug_adj' || task === 'wug_past';
        made.push(isWug ? { ...prediction, prob: new Float(firstOfTwo(each.logprobs)) } : prediction);
    }
    return Object.fromEntries([...groups].map(([uid, predictions]) => [uid, { predictions }]));
}

/** The part that was scored; of COMPS, where that is the same in both, the whole sentence. */
function predicted(task: OfficialTask, text: BenchmarkItem['texts'][number]): string {
    if (text.kind === 'word') return text.word;
    return task === 'comps' ? text.text : text.text.slice(text.from);
}

/** Sections in the order of the fields that the pipeline reads from a line. */
const sections: Readonly<Record<Exclude<ChoiceTask, 'zorro' | 'grammar'>, readonly string[]>> = {
    blimp: ['field', 'uid', 'linguistics_term'],
    supplement: ['field', 'uid', 'linguistics_term'],
    ewok: ['uid', 'context_type', 'context_contrast', 'target_contrast'],
    entity_tracking: ['uid'],
    comps: ['uid'],
};

function choiceReport(task: Exclude<ChoiceTask, 'zorro' | 'grammar'>, scored: readonly ScoredItem[]): string {
    const { average, groups } = accuracies(task, scored, official);
    const splits = ['regular', 'ambiref', 'move_contents'];
    const lines = sections[task].flatMap((section) => {
        const of = groups.filter(({ by }) => by === section);
        // the pipeline writes the means of the splits below the groups
        if (task === 'entity_tracking')
            of.push(...splits.flatMap((split) => groups.filter(({ by, name }) => by === 'split' && name === split)));
        const scores = of.map(({ name, score }) => `${name}: ${twoDecimals(score)}`);
        return [`### ${section.toUpperCase()} ACCURACY`, ...scores, ''];
    });
    return reportOf([...lines, '### AVERAGE ACCURACY', twoDecimals(average), '']);
}

function wugReport(scored: readonly ScoredItem[]): string {
    const rho = twoDecimals(wugCorrelation(scored, official.precision) ?? Number.NaN);
    return reportOf(["### UID SPEARMAN'S RHO", `avg: ${rho}`, '', "### AVERAGE SPEARMAN'S RHO", rho, '']);
}

const reportOf = (lines: readonly string[]): string => `${['TEMPERATURE: 1.00', '', ...lines].join('\n')}\n`;

function readingFiles(folder: string, scored: readonly ScoredItem[]): OfficialFile[] {
    const predictions = scored.map(({ item, logprobs }): PythonJson => ({
        id: item.index,
        pred: new Float(-logprobs[0]!),
        prev_pred: new Float(item.texts.length === 4 ? -logprobs[1]! : Number.NaN),
    }));
    const { eyes = Number.NaN, paced = Number.NaN } = readingScores(scored, official);
    return [
        { path: `${folder}/predictions.json`, text: pythonJson({ reading: { predictions } }) },
        {
            path: `${folder}/report.txt`,
            text: `EYE TRACKING SCORE: ${twoDecimals(eyes)}\nSELF-PACED READING SCORE: ${twoDecimals(paced)}\n`,
        },
    ];
}
