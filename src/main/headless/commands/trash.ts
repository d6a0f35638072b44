/** `trash`: deletes runs, rating sets, models and what students said of benchmarks, puts it back, empties the trash. */
import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { badInput, commandLine } from '../../../shared/faults.ts';
import { counted } from '../../../shared/text/numbers.ts';
import { visibleInLine } from '../../../shared/text/visible.ts';
import { gigabytes } from '../../service/models/download.ts';
import { findModel } from '../../service/models/shelf.ts';
import { findTrashable, openTrash } from '../../service/sources/trash-source.ts';
import { printJson } from '../following.ts';

interface JsonOption {
    readonly json?: boolean;
}

export function addTrashCommand(program: Command): void {
    const command = program
        .command('trash')
        .summary('delete runs, rating sets, models, benchmarks; put them back; empty the trash')
        .description('Lists what was deleted. It can be put back until the trash is emptied.')
        .option('--json', 'one JSON object a line for machines')
        .action(({ json }: JsonOption) => {
            const things = openTrash().list();
            if (things.length === 0 && !json) console.log('The trash is empty.');
            for (const thing of things)
                if (json) printJson({ type: 'trashed', ...thing });
                else
                    console.log(`${thing.id}  ${thing.kind}  ${gigabytes(thing.bytes)}  ${visibleInLine(thing.label)}`);
        });
    command
        .command('put')
        .summary('move a run, a rating set, a model or a benchmark to the trash')
        .argument('<kind>', 'run, set, model or benchmark')
        .argument('<name>', 'its name, id, or folder')
        .action((kind: string, name: string) => {
            const trash = openTrash();
            const thing = kind === 'model' ? modelNamed(name) : findTrashable(trash, kind, name);
            const id = trash.put(thing);
            console.log(`Moved to the trash. Put it back with: ${commandLine} trash restore ${id}`);
        });
    command
        .command('restore')
        .summary('put something back where it was')
        .argument('<id>', 'as the list says')
        .action((id: string) => console.log(`${visibleInLine(openTrash().restore(id).label)} is back.`));
    command
        .command('empty')
        .summary('delete all of it for good')
        .action(() => {
            const trash = openTrash();
            const n = trash.list().length;
            trash.empty();
            console.log(`Deleted ${counted(n, 'thing')} for good.`);
        });
}

function modelNamed(name: string): { readonly kind: 'model'; readonly name: string; readonly label: string } {
    const file = findModel(name);
    if (file === undefined || basename(dirname(file)) !== 'models')
        throw badInput(`There is no model "${name}" here; nothing was moved.`, `List them with: ${commandLine} models`);
    return { kind: 'model', name: basename(file), label: basename(file) };
}
