/** What readers are given and what they give: files as text, items in the order of their lines, and remarks. */
import type { BenchmarkItem } from '../../../shared/benchmarks/benchmarks.ts';

/** One file of a task, decoded. */
export interface TaskFile {
    readonly name: string; // as a person sees it: passive_1.jsonl
    readonly text: string;
}

/** An item whose place within its group is not known yet. */
export type Draft = Omit<BenchmarkItem, 'index'>;

export interface Drafts {
    readonly drafts: readonly Draft[];
    /** One sentence for each thing that was not as it should be; what could be read was. */
    readonly remarks: readonly string[];
}

export interface TaskItems {
    readonly items: readonly BenchmarkItem[];
    readonly remarks: readonly string[];
}

/** The name without its last ending, as the official pipeline names groups by it. */
export const stemOf = (name: string): string => name.replace(/\.[^.]*$/u, '');

/** Items counted within their groups, in the order in which they come: the ids of the official predictions. */
export function numbered(drafts: readonly Draft[]): BenchmarkItem[] {
    const counts = new Map<string, number>();
    return drafts.map((draft) => {
        const index = counts.get(draft.uid) ?? 0;
        counts.set(draft.uid, index + 1);
        return { ...draft, index };
    });
}

/** The whole of a text is scored. */
export const whole = (text: string): BenchmarkItem['texts'][number] => ({ kind: 'span', text, from: 0 });

/** Only the end of a text is scored. */
export const ending = (beginning: string, end: string): BenchmarkItem['texts'][number] => ({
    kind: 'span',
    text: beginning + end,
    from: beginning.length,
});
