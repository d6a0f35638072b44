/** Which tasks of a table stand open, and by what kind of part each is looked at. */
import { firstKind, kindsOf } from '../../lib/benchmarks.ts';

interface Parted<Part> {
    readonly task: string;
    readonly part: string | null;
    readonly groups: readonly Part[];
}

export class OpenedParts {
    #open = $state.raw<ReadonlySet<string>>(new Set());
    #kinds = $state.raw<Readonly<Record<string, string>>>({});

    constructor(opened: readonly Parted<unknown>[] = []) {
        this.#open = new Set(opened.map(keyOf));
    }

    isOpen(task: Parted<unknown>): boolean {
        return this.#open.has(keyOf(task));
    }
    toggle(task: Parted<unknown>): void {
        const key = keyOf(task);
        this.#open = new Set(this.isOpen(task) ? [...this.#open].filter((each) => each !== key) : [...this.#open, key]);
    }
    kindOf(task: Parted<{ readonly by: string }>): string | null {
        return this.#kinds[keyOf(task)] ?? firstKind(kindsOf(task.groups));
    }
    look(task: Parted<unknown>, by: string): void {
        this.#kinds = { ...this.#kinds, [keyOf(task)]: by };
    }
    /** None where the task is closed. */
    partsOf<Part extends { readonly by: string }>(task: Parted<Part>): readonly Part[] {
        return this.isOpen(task) ? task.groups.filter(({ by }) => by === this.kindOf(task)) : [];
    }
}

function keyOf({ task, part }: Parted<unknown>): string {
    return `${task} ${part ?? ''}`;
}
