/** The built pages, listed once at the start, so that no requested path is ever resolved on the disk. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput } from '../../../shared/faults.ts';

/** By the path of the address, the file: `/` → `…/index.html`. */
export type Pages = ReadonlyMap<string, string>;

/** Where `npm run build` puts the pages: beside this bundle, or in the folder of the source. */
function builtPages(): string {
    let folder = dirname(fileURLToPath(import.meta.url));
    for (;;) {
        const pages = join(folder, 'out', 'renderer');
        if (existsSync(join(pages, 'index.html'))) return pages;
        const parent = dirname(folder);
        if (parent === folder)
            throw badInput(
                'The pages of the app are not built yet; nothing was started. Build them with: npm run build',
            );
        folder = parent;
    }
}

export function listPages(folder = builtPages()): Pages {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const pages = new Map<string, string>();
    for (const { parentPath, name } of files) {
        const file = join(parentPath, name);
        pages.set(`/${relative(folder, file).split(sep).join('/')}`, file);
    }
    return pages.set('/', join(folder, 'index.html'));
}
