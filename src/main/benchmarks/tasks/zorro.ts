/**
 * Zorro (Huebner et al. 2021): BLiMP for small vocabularies. A file is a paradigm, named phenomenon-paradigm.txt; lines
 * come in twos, the ungrammatical sentence first. Here the grammatical one is put first, as everywhere.
 */
import { linesOf } from './decode.ts';
import { stemOf, whole, type Draft, type Drafts, type TaskFile } from './task-file.ts';

export function readZorro(file: TaskFile): Drafts {
    const lines = [...linesOf(file.text)].map(({ line }) => line.trim());
    const uid = stemOf(file.name);
    const labels = { phenomenon: uid.slice(0, Math.max(uid.lastIndexOf('-'), 0)) || uid };
    const drafts: Draft[] = [];
    for (let i = 0; i + 1 < lines.length; i += 2)
        drafts.push({ task: 'zorro', uid, labels, texts: [whole(lines[i + 1]!), whole(lines[i]!)], human: {} });
    const remarks =
        lines.length % 2 === 0
            ? []
            : [
                  `The last line of ${file.name} has no second one; it is left out and the ${drafts.length} pairs before it are used. Look whether a line is missing: from there on pairs would be wrong.`,
              ];
    return { drafts, remarks };
}
