/** Which task a file belongs to, by what is in it; its name decides only where contents cannot. */
import type { FileTask } from '../../../shared/benchmarks/benchmarks.ts';
import { contextsShape } from './aoa.ts';
import { parseCsv } from './csv.ts';
import { linesOf } from './decode.ts';
import { readingColumns } from './reading.ts';
import { jsonOf } from '../../../shared/text/json.ts';

/** Fields of a line that only one task has. */
const fieldsOf: readonly (readonly [FileTask, readonly string[]])[] = [
    ['blimp', ['sentence_good', 'sentence_bad', 'field', 'UID']],
    ['supplement', ['sentence_good', 'sentence_bad']],
    ['ewok', ['Domain', 'Context1', 'Target1', 'Target2']],
    ['entity_tracking', ['input_prefix', 'options', 'numops']],
    ['comps', ['prefix_acceptable', 'prefix_unacceptable', 'property_phrase']],
];

/** `path`: with slashes, from the folder that was given; `head`: the file's text, or where it is long its beginning. */
export function recogniseTask(path: string, head: string): FileTask | null {
    const name = path.toLowerCase();
    if (name.endsWith('.jsonl')) return taskOfLines(name, head);
    if (name.endsWith('.csv')) return taskOfTable(head);
    if (name.endsWith('.json')) return isContexts(head) ? 'aoa' : null;
    if (name.endsWith('.txt')) return isZorro(name, head) ? 'zorro' : null;
    return null;
}

/** The first whole line decides. */
function taskOfLines(name: string, head: string): FileTask | null {
    for (const { line } of linesOf(head)) {
        const parsed = jsonOf(line);
        if (typeof parsed !== 'object' || parsed === null) continue;
        const has = (field: string): boolean => Object.hasOwn(parsed, field);
        if (has('sentences') && has('ratio'))
            return name.includes('past') ? 'wug_past' : name.includes('adj') ? 'wug_adj' : null;
        const task = fieldsOf.find(([, fields]) => fields.every(has));
        if (task !== undefined) return task[0];
    }
    return null;
}

function taskOfTable(head: string): FileTask | null {
    const [header = ''] = head.split(/\r\n|\n|\r/u, 1);
    const { columns } = parseCsv(header);
    if (readingColumns.every((column) => columns.includes(column))) return 'reading';
    return columns.includes('word') && columns.includes('16') && columns.includes('30') ? 'aoa' : null;
}

/** A long file is cut, so that only its beginning can be looked at: {"word": [{"context": …}, …]}. */
function isContexts(head: string): boolean {
    const parsed = jsonOf(head);
    return parsed === undefined
        ? /^\s*\{\s*"[^"]*"\s*:\s*\[\s*\{[^}]*"context"\s*:/u.test(head)
        : contextsShape.safeParse(parsed).success;
}

/** Pairs of sentences whose last token, set apart by a space, is a full stop or a question mark. */
function isZorro(name: string, head: string): boolean {
    const lines = [...linesOf(head)].slice(0, 20).map(({ line }) => line.trim());
    return /[^/]-[^/]*$/u.test(name) && lines.length >= 2 && lines.slice(0, -1).every((line) => / [.?!]$/u.test(line));
}
