/** Students and teachers on this computer, and which of them is selected. */
import { builtInTeachers } from '../lib/models.ts';
import type { ModelRow, ModelShelf } from '../../shared/views/computer.ts';
import type { StudentSource } from '../../shared/views/new-run.ts';
import { here, replaceQuery } from './app/route.svelte.ts';
import { say } from './app/toasts.svelte.ts';
import { askOrSay, workshop } from './workshop.svelte.ts';

export type ModelPart = 'students' | 'teachers';

/** Shown last while the app is open: who comes back to Models finds what was left there. */
let lastPart: ModelPart = 'students';

export class Models {
    students = $state.raw<readonly StudentSource[] | null>(null);
    catalogue = $state.raw<ModelShelf | null>(null);

    /** With downloads as they were told since. */
    teachers = $derived.by((): readonly ModelRow[] =>
        (this.catalogue?.models ?? []).map((row) => {
            const told = row.catalogued ? workshop.downloads[row.catalogued.id] : undefined;
            return told ? { ...row, download: told, here: told.done } : row;
        }),
    );
    #chosen = $derived(here.route.query);
    part = $derived.by((): ModelPart => {
        const asked = this.#chosen.get('show');
        if (asked === 'students' || asked === 'teachers') return asked;
        if (this.#chosen.has('teacher')) return 'teachers';
        return this.#chosen.has('student') ? 'students' : lastPart;
    });
    builtIn = $derived.by(() =>
        this.part === 'teachers'
            ? (builtInTeachers.find(({ name }) => name === this.#chosen.get('teacher')) ?? null)
            : null,
    );
    teacher = $derived.by(() =>
        this.part === 'teachers' && !this.builtIn
            ? (this.teachers.find(({ name }) => name === this.#chosen.get('teacher')) ?? this.teachers[0] ?? null)
            : null,
    );
    student = $derived.by(() =>
        this.part === 'students'
            ? (this.students?.find(({ source }) => source === this.#chosen.get('student')) ??
              this.students?.[0] ??
              null)
            : null,
    );

    async readStudents(): Promise<void> {
        this.students = (await askOrSay('students.list', {}))?.result ?? [];
    }
    async readCatalogue(): Promise<void> {
        this.catalogue = (await askOrSay('models.list', {}))?.result ?? null;
    }

    choose(what: { readonly teacher: string } | { readonly student: string }): void {
        lastPart = 'teacher' in what ? 'teachers' : 'students';
        replaceQuery(what);
    }
    show(part: ModelPart): void {
        lastPart = part;
        replaceQuery({ show: part });
    }

    async download(id: string): Promise<void> {
        if (await askOrSay('model.download', { id })) await this.readCatalogue();
    }
    async pause(id: string): Promise<void> {
        if (await askOrSay('model.pause', { id })) await this.readCatalogue();
    }
    /** Whether the file was added to the teachers. */
    async add(file: string): Promise<boolean> {
        const added = await askOrSay('model.add', { file });
        if (!added) return false;
        await this.readCatalogue();
        this.choose({ teacher: added.result.name });
        say(`${added.result.name} is now listed as a teacher; your file stays where it is.`);
        return true;
    }
}
