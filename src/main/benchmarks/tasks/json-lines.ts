/** A file with one JSON object a line, as most tasks have it. A line that does not fit is left out and counted. */
import type { z } from 'zod';
import { linesOf } from './decode.ts';
import type { Draft, Drafts, TaskFile } from './task-file.ts';
import { jsonOf } from '../../../shared/text/json.ts';

/**
 * `toDraft` answers undefined where a line is whole and yet no item; `means` says what a line should be: 'a pair of
 * sentences'.
 */
export function readJsonLines<Line>(
    file: TaskFile,
    shape: z.ZodType<Line>,
    means: string,
    toDraft: (line: Line) => Draft | undefined,
): Drafts {
    const drafts: Draft[] = [];
    const broken: number[] = [];
    for (const { number, line } of linesOf(file.text)) {
        const parsed = shape.safeParse(jsonOf(line));
        const draft = parsed.success ? toDraft(parsed.data) : undefined;
        if (draft === undefined) broken.push(number);
        else drafts.push(draft);
    }
    return { drafts, remarks: broken.length === 0 ? [] : [brokenLines(file.name, broken, means, drafts.length)] };
}

/** One sentence, however many lines are broken. */
export function brokenLines(name: string, broken: readonly number[], means: string, kept: number): string {
    const lines =
        broken.length === 1
            ? `Line ${broken[0]!} of ${name} is not ${means}`
            : `${broken.length} lines of ${name} are not ${means}, the first is line ${broken[0]!}`;
    if (kept === 0) return `${lines}; nothing of the file is used. Get the file again.`;
    const left = broken.length === 1 ? 'it is left out' : 'they are left out';
    return `${lines}; ${left} and the other ${kept} ${kept === 1 ? 'is' : 'are'} used. Get the file again for numbers that can be compared with others.`;
}
