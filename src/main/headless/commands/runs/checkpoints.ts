/** `evaluate --run`: every kept checkpoint of runs, one after the other. */
import type { BenchmarkTask } from '../../../../shared/benchmarks/benchmarks.ts';
import { counted, rounded } from '../../../../shared/text/numbers.ts';
import {
    benchmarksOfCheckpoints,
    storiesOfCheckpoints,
    type CheckpointWork,
    type EvaluationAsked,
} from '../../../service/checkpoint-evaluation.ts';
import { openWorkbench } from '../../../service/workbench.ts';
import { follow, printJson, reportEnd } from '../../following.ts';

/** @param tasks null: stories, rated by a teacher */
export async function evaluateCheckpoints(
    asked: EvaluationAsked,
    tasks: { readonly data: string; readonly only: readonly BenchmarkTask[] } | null,
    json: boolean,
): Promise<void> {
    const workbench = openWorkbench();
    const works =
        tasks === null
            ? storiesOfCheckpoints(workbench, asked)
            : benchmarksOfCheckpoints(workbench, { ...asked, ...tasks });
    const there = works.filter(({ start }) => start === null).length;
    if (there > 0 && !json) console.error(`${there} of ${counted(works.length, 'checkpoint')} are there already.`);
    for (const work of works) {
        if (work.start !== null) {
            const end = await follow(work.start(), { json, pausable: tasks !== null, opening: titleOf(work) });
            const isDone = reportEnd(end, null, json);
            if (!isDone) {
                if (end.kind === 'paused' && !json) console.error('The same command goes on from there.');
                return;
            }
        }
        if (json) printJson(lineOf(work));
    }
    if (!json)
        console.log(
            `${counted(works.length, 'checkpoint')} evaluated. See them as a series with "benchmarks series", and what feedback is worth in words of reading with "benchmarks equivalence".`,
        );
}

function titleOf({ run, checkpoint: { name, words, feedbackWords } }: CheckpointWork): string {
    const taught = feedbackWords === 0 ? '' : ` and ${rounded(feedbackWords)} of feedback`;
    return `${run} · ${name}, after ${rounded(words)} words of reading${taught}`;
}

function lineOf({ run, checkpoint, start }: CheckpointWork): Record<string, unknown> & { type: string } {
    const { name, digest, words, feedbackWords } = checkpoint;
    return { type: 'evaluated', run, checkpoint: name, digest, words, feedbackWords, wasThere: start === null };
}
