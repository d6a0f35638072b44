/**
 * EWoK (Ivanova et al. 2024): after one context, which of two targets is plausible? Only the target is scored. The
 * official folder holds every item twice, the second time with contexts and targets exchanged; the two lines follow
 * each other and ask about the same pair of facts.
 */
import { z } from 'zod';
import { readJsonLines } from './json-lines.ts';
import { ending, type Drafts, type TaskFile } from './task-file.ts';

const ewokLine = z.object({
    Domain: z.string().min(1),
    ContextType: z.string(),
    ContextDiff: z.string(),
    TargetDiff: z.string(),
    Context1: z.string(),
    Target1: z.string().min(1),
    Target2: z.string().min(1),
});

export function readEwok(file: TaskFile): Drafts {
    return readJsonLines(file, ewokLine, 'a context with two targets', (line) => ({
        task: 'ewok',
        uid: line.Domain,
        labels: {
            context_type: line.ContextType,
            context_contrast: line.ContextDiff,
            target_contrast: line.TargetDiff,
        },
        texts: [ending(line.Context1, ` ${line.Target1}`), ending(line.Context1, ` ${line.Target2}`)],
        human: {},
    }));
}
