/** An evaluation before it starts: a student, a folder, and the tasks found in it. */
import type { BenchmarkTask } from '../../../shared/benchmarks/benchmarks.ts';
import type { BenchmarksInFolder } from '../../../shared/views/benchmarks.ts';
import type { StudentSource } from '../../../shared/views/new-run.ts';
import { sentenceOf } from '../../lib/app/asking.ts';
import { Resource } from '../app/resource.svelte.ts';
import { ask, askOrSay } from '../workshop.svelte.ts';

export class NewEvaluation {
    students = $state.raw<readonly StudentSource[]>([]);
    /** One of the list; null: the folder below. */
    listed = $state<string | null>('shipped');
    /** A GPT-2 folder of Hugging Face. */
    path = $state('');
    folder = $state('');
    found = new Resource<BenchmarksInFolder>();
    /** Tasks that are found and not wanted. */
    #leftOut = $state.raw<ReadonlySet<BenchmarkTask>>(new Set());
    problem = $state<string | null>(null);
    isStarting = $state(false);
    #looked = $state<string | null>(null);
    #forget: () => void = () => undefined;

    source = $derived((this.listed ?? this.path).trim());
    tasks = $derived((this.found.value?.tasks ?? []).filter(({ task }) => !this.#leftOut.has(task)));
    canStart = $derived(
        this.source !== '' && this.tasks.length > 0 && this.#looked === this.folder.trim() && !this.isStarting,
    );

    async readStudents(): Promise<void> {
        this.students = (await askOrSay('students.list', {}))?.result ?? [];
        if (this.listed !== null && !this.students.some(({ source }) => source === this.listed))
            this.listed = this.students[0]?.source ?? null;
    }

    /** Looks what lies in the folder, once for each that is typed. */
    look(): void {
        const folder = this.folder.trim();
        if (folder === this.#looked) return;
        this.#forget();
        this.found.clear();
        this.#leftOut = new Set();
        [this.problem, this.#looked] = [null, folder === '' ? null : folder];
        if (folder !== '') this.#forget = this.found.follow(ask('benchmarks.look', { folder }));
    }

    isWanted(task: BenchmarkTask): boolean {
        return !this.#leftOut.has(task);
    }
    choose(task: BenchmarkTask, wanted: boolean): void {
        const others = [...this.#leftOut].filter((each) => each !== task);
        this.#leftOut = new Set(wanted ? others : [...others, task]);
    }

    /** The id of the reading that began; null where it was refused, and `problem` says why. */
    async start(): Promise<string | null> {
        if (!this.canStart) return null;
        [this.isStarting, this.problem] = [true, null];
        try {
            const isAll = this.tasks.length === this.found.value!.tasks.length;
            const tasks = isAll ? [] : this.tasks.map(({ task }) => task);
            return (await ask('benchmarks.start', { source: this.source, folder: this.folder.trim(), tasks }))
                .benchmark;
        } catch (error) {
            this.problem = sentenceOf(error);
            return null;
        } finally {
            this.isStarting = false;
        }
    }
}
