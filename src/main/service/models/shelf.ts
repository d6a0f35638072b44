/** Lists, adds and finds the models of the data folder: `STORYLOOP_HOME/models`, a flat folder of GGUF files. */
import { closeSync, existsSync, linkSync, openSync, readdirSync, readSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import { isSameName } from '../../../shared/text/names.ts';
import { shellWord } from '../../../shared/text/shell-word.ts';
import { dataFolder } from '../../store/home/run-folder.ts';
import { givenPath } from '../../store/home/given-path.ts';
import { knownModels, type CatalogueModel } from './catalogue.ts';
import { makeFolder, requireWritable } from '../../store/connection/places.ts';
import { hashOf } from './download.ts';

export interface ModelOnShelf {
    readonly file: string;
    /** Its entry in the catalogue; null for a file of a person's own. */
    readonly model: CatalogueModel | null;
    readonly bytes: number;
    /** Less than `bytes` while a download is unfinished. */
    readonly done: number;
}

export function modelsFolder(home = dataFolder()): string {
    return join(home, 'models');
}

/** Finished models and unfinished downloads, those of the catalogue first. */
export function modelsOnShelf(home = dataFolder(), catalogue = knownModels(home)): readonly ModelOnShelf[] {
    const folder = modelsFolder(home);
    const known = catalogue.map((model): ModelOnShelf => {
        const file = join(folder, model.file);
        return { file, model, bytes: model.bytes, done: sizeOf(file) ?? sizeOf(`${file}.partial`) ?? 0 };
    });
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    const own = files
        .filter((name) => name.endsWith('.gguf') && !catalogue.some(({ file }) => file === name))
        .map((name): ModelOnShelf => {
            const bytes = sizeOf(join(folder, name)) ?? 0; // a link whose file is gone
            return { file: join(folder, name), model: null, bytes, done: bytes };
        });
    return [...known, ...own];
}

/**
 * Adds a person's own file without copying it. A file of the catalogue is recognised by size and hash, whatever its
 * name is.
 * @throws bad input where there is no such file, it is no GGUF, or another model has its name
 */
export async function addModel(input: string, home = dataFolder(), catalogue = knownModels(home)): Promise<string> {
    const source = givenPath(input);
    const bytes = sizeOf(source);
    if (bytes === undefined)
        throw badInput(`There is no file at "${source}"; nothing was changed. Name a model file that ends in .gguf.`);
    if (!isGguf(source))
        throw badInput(
            `${source} is not a GGUF file; nothing was changed. Choose a model in the format of llama.cpp, which ends in .gguf.`,
        );
    const twin = catalogue.find((model) => model.bytes === bytes && model.sha256 !== null);
    const known = twin && (await hashOf(source, bytes)) === twin.sha256 ? twin : undefined;
    const name = known?.file ?? (source.endsWith('.gguf') ? basename(source) : `${basename(source)}.gguf`);
    const target = join(modelsFolder(home), name);
    if (existsSync(target)) {
        if (isSameFile(source, target)) return target;
        throw badInput(
            `There is already another model called ${name} here; it was left as it is. Rename your file, or use it where it is.`,
            `Type: --teacher ${shellWord(source)}`,
        );
    }
    requireWritable(home);
    makeFolder(modelsFolder(home));
    try {
        linkSync(source, target);
    } catch {
        symlinkSync(source, target); // another disk
    }
    return target;
}

/**
 * The file of the model with this id or file name, with or without `.gguf`; undefined where no model is meant.
 * @throws bad input for a model of the catalogue that is not here, or not completely
 */
export function findModel(name: string, home = dataFolder(), catalogue = knownModels(home)): string | undefined {
    const wanted = (name.endsWith('.gguf') ? name : `${name}.gguf`).toLowerCase();
    const found = modelsOnShelf(home, catalogue).find(
        ({ file, model }) => model?.id === name || isSameName(basename(file).toLowerCase(), wanted),
    );
    if (!found) return undefined;
    if (existsSync(found.file)) return found.file;
    throw badInput(
        `The model "${name}" is not ${found.done > 0 ? 'wholly ' : ''}downloaded; nothing was started. Download it first (models download ${found.model?.id ?? name}).`,
    );
}

function isGguf(file: string): boolean {
    const magic = Buffer.alloc(4);
    const handle = openSync(file, 'r');
    try {
        readSync(handle, magic);
    } catch {
        return false; // a folder
    } finally {
        closeSync(handle);
    }
    return magic.toString('latin1') === 'GGUF';
}

function isSameFile(a: string, b: string): boolean {
    const [first, second] = [statSync(a), statSync(b)];
    return first.dev === second.dev && first.ino === second.ino;
}

function sizeOf(file: string): number | undefined {
    return statSync(file, { throwIfNoEntry: false })?.size;
}
