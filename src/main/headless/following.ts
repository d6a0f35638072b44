/** Follows a task to its end in a terminal: the progress line, Ctrl-C, and one JSON line an event for machines. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { EngineEvent } from '../../shared/contracts/engine.ts';
import { commandLine, describeFault, stateAfterFault, type Fault } from '../../shared/faults.ts';
import { bestTotal } from '../../shared/ratings/rubric.ts';
import { ratedOf } from '../../shared/ratings/unrated.ts';
import { counted } from '../../shared/text/numbers.ts';
import { shellWord } from '../../shared/text/shell-word.ts';
import type { RunHandle, TaskEnd, TaskHandle } from '../service/workbench.ts';
import { onInterrupt } from './interrupting.ts';
import { ProgressLine, shortNumber } from './progress-line.ts';
import { plainJson } from './terminal.ts';

export const jsonVersion = 1;

export function printJson(line: Readonly<Record<string, unknown>> & { readonly type: string }): void {
    process.stdout.write(`${plainJson({ version: jsonVersion, ...line })}\n`);
}

/** What machines are told while a task runs; stories and ratings stay in the run's database. */
function jsonLine(event: EngineEvent): (Record<string, unknown> & { type: string }) | null {
    switch (event.type) {
        case 'ready':
        case 'progress':
        case 'note':
            return event;
        case 'update':
            return { type: 'update', ...event.update };
        case 'pretrained':
            return event.steps.length > 0 ? { type: 'pretrained', ...event.steps.at(-1)! } : null;
        case 'evaluation':
            return { type: 'evaluation', ...event.evaluation };
        case 'checkpoint':
            return { type: 'checkpoint', ...event.checkpoint };
        default:
            return null;
    }
}

/** “ · 27 pairs, 3 ties”, of a method that prefers one story to another. */
function pairWords(extras: Readonly<Record<string, number | string>> = {}): string {
    const { pairs, ties } = extras;
    return pairs === undefined ? '' : ` · ${counted(Number(pairs), 'pair')}, ${counted(Number(ties), 'tie')}`;
}

/** What the progress line says beside the phase. `best`: the best total that the teacher's rubric allows. */
function liveWords(event: EngineEvent, best: number | null): string | null {
    switch (event.type) {
        case 'update': {
            const { number, scoreMean, storyWordsMean, episodes, unreadableCount, extras } = event.update;
            const of = best === null ? '' : ` of ${shortNumber(best)}`;
            const score =
                scoreMean === null
                    ? 'no story could be rated'
                    : `score ${scoreMean.toFixed(2)}${of}${unreadableCount === 0 ? '' : ` (${ratedOf(episodes - unreadableCount, episodes)})`}`;
            const length = storyWordsMean === null ? '' : ` · ${storyWordsMean.toFixed(0)} words`;
            return `update ${number} · ${score}${length}${pairWords(extras)}`;
        }
        case 'pretrained': {
            const last = event.steps.at(-1);
            const validated = event.steps.findLast(({ validationLoss }) => validationLoss !== null);
            if (!last) return null;
            return `loss ${last.loss.toFixed(3)}${validated ? ` · held-out ${validated.validationLoss!.toFixed(3)}` : ''}`;
        }
        default:
            return null;
    }
}

/**
 * Shows the task until it ends. `opening` is printed once the task is ready to work, so that a refused task prints only
 * its refusal. The first Ctrl-C asks a run to pause and the second ends it; a task that is not a run ends at once.
 */
export async function follow(
    task: TaskHandle,
    options: { readonly json: boolean; readonly pausable: boolean; readonly opening?: string },
): Promise<TaskEnd> {
    const clock = (): number => performance.now();
    const line = new ProgressLine(process.stderr, clock);
    let phase = 'starting';
    let step = '';
    let done = 0;
    let live = '';
    let best: number | null = null;
    let asked = false;
    let firstProgress: { readonly at: number; readonly done: number } | null = null;

    const show = (): void => {
        const covered = firstProgress === null ? 0 : done - firstProgress.done;
        const remaining =
            firstProgress !== null && covered > 0.01
                ? (((clock() - firstProgress.at) / covered) * (1 - done)) / 1000
                : undefined;
        line.show({
            phase: asked ? `pausing after this (${phase})` : phase,
            step,
            done,
            live,
            ...(remaining === undefined ? {} : { remainingSeconds: remaining }),
        });
    };
    task.onEvent((event) => {
        if (options.json) {
            const said = jsonLine(event);
            if (said) printJson(said);
            return;
        }
        if (event.type === 'phase') {
            phase = event.phase;
            step = event.of > event.done ? `${event.done}/${event.of}` : '';
        }
        if (event.type === 'progress') {
            done = event.done;
            firstProgress ??= { at: clock(), done }; // a resumed task begins in the middle
        }
        if (event.type === 'ready' && options.opening !== undefined) {
            line.clear();
            console.error(options.opening);
        }
        if (event.type === 'note') {
            line.clear();
            console.error(event.text);
        }
        if (event.type === 'run-context') best = bestTotal(event.context.rubric.criteria);
        live = liveWords(event, best) ?? live;
        show();
    });
    const release = onInterrupt(() => {
        if (asked || !options.pausable) {
            line.clear();
            if (options.pausable)
                console.error(
                    `Ended at once; everything recorded is safe. "${commandLine} resume" goes on from there.`,
                );
            task.kill();
            process.exit(130);
        }
        asked = true;
        task.pause();
        if (!options.json) show();
    });
    try {
        return await task.ended;
    } finally {
        release();
        line.clear();
    }
}

/** Sets the exit code and says what a person should know when a task did not finish. */
export function reportEnd(end: TaskEnd, run: Pick<RunHandle, 'folder'> | null, json: boolean): boolean {
    const kept = run !== null && existsSync(run.folder) ? run.folder : null; // a refused start leaves nothing behind
    const goOn = kept === null ? '' : `Go on with: ${commandLine} resume ${shellWord(basename(kept))}`;
    switch (end.kind) {
        case 'finished':
            return true;
        case 'paused':
            if (json) printJson({ type: 'paused', run: kept });
            else console.error(`Paused; everything is recorded. ${goOn}`);
            process.exitCode = 130;
            return false;
        case 'failed':
            reportFault(end.fault, json, kept);
            // a refused task would be refused again
            if (goOn && !json && end.fault.kind !== 'bad-input') console.error(goOn);
            return false;
        default:
            return end satisfies never;
    }
}

/** Says what went wrong: a sentence for a person, and for a machine a line of JSON beside it. */
export function reportFault(fault: Fault, json: boolean, run: string | null = null): void {
    const state = run === null ? {} : { state: stateAfterFault(fault.kind) };
    if (json) printJson({ type: 'fault', ...fault, sentence: describeFault(fault), run, ...state });
    console.error(describeFault(fault));
    if (fault.kind === 'unexpected') console.error(fault.stack);
    process.exitCode = 1;
}
