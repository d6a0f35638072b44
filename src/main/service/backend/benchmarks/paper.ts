/** Answers a page about what a paper asks: feedback's worth in reading, figures of runs, the passport of a student. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { badInput } from '../../../../shared/faults.ts';
import type { WrittenFolder } from '../../../../shared/views/benchmarks.ts';
import { givenPath } from '../../../store/home/given-path.ts';
import type { RecordedBenchmark } from '../../../store/home/benchmarks.ts';
import { exportsFolder } from '../../exchange/exported-files.ts';
import type { Handlers } from '../handlers.ts';
import type { BenchmarkThread } from './benchmark-thread.ts';

type PaperMethods = Extract<keyof Handlers, `paper.${string}` | `passport.${string}`>;

interface PaperSurroundings {
    readonly home: string;
    readonly thread: BenchmarkThread;
    find(benchmark: string): RecordedBenchmark;
    /** The folder for an export: within one that a person chose, or in the data folder. */
    placeOf(folder: string | null, name: string): string;
}

export function paperHandlers({ home, thread, find, placeOf }: PaperSurroundings): Handlers<PaperMethods> {
    function studentOf(benchmark: string): RecordedBenchmark {
        const found = find(benchmark);
        if (existsSync(found.checkpoint)) return found;
        throw badInput(
            'The files of this student are not where they were when it read; what it said of the tasks is still here. Put them back, or evaluate the student where it is now.',
        );
    }
    return {
        'paper.equivalents': ({ runs, counting }, { gone }) => thread({ does: 'equivalents', runs, counting }, gone),
        'paper.figures': ({ runs, counting, published }, { gone }) =>
            thread(
                { does: 'figures', runs, counting, published: published === null ? null : givenPath(published) },
                gone,
            ),
        'passport.read': ({ benchmark }, { gone }) =>
            thread({ does: 'passport', checkpoint: studentOf(benchmark).checkpoint }, gone),
        'passport.write': async ({ benchmark, folder }) => {
            const { name, checkpoint } = studentOf(benchmark);
            const to = placeOf(folder, `${name} to submit`);
            return writtenTo(home, to, await thread({ does: 'submit', checkpoint, folder: to }));
        },
    };
}

/** A folder that was written; a browser can fetch its files where it is one of the exports. */
export function writtenTo(home: string, folder: string, files: readonly string[]): WrittenFolder {
    return { folder, files, fetched: dirname(folder) === exportsFolder(home) ? basename(folder) : null };
}
