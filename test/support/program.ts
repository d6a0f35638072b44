/**
 * The program that tests start: bundled from the source as `npm run build` does it, since its hundreds of modules are
 * slow to load one by one and tests start it a thousand times. Made anew whenever the source has changed.
 */
import { createHash } from 'node:crypto';
import {
    existsSync,
    mkdtempSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { bundledPackages, mainEntries } from '../../scripts/main-entries.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = join(root, 'node_modules', '.cache', 'tested-programs'); // below the packages and resources it needs
const unusedMs = 86_400_000;

/** The folder of the program that the source is now. */
export async function programOfSource(): Promise<string> {
    const program = join(programs, digestOfSource());
    if (existsSync(program)) return program;
    mkdirSync(programs, { recursive: true });
    for (const name of readdirSync(programs))
        if (Date.now() - statSync(join(programs, name)).mtimeMs > unusedMs)
            rmSync(join(programs, name), { recursive: true, force: true });
    const making = mkdtempSync(join(programs, 'making-'));
    await build({
        configFile: false,
        root,
        logLevel: 'warn',
        ssr: { noExternal: bundledPackages },
        build: {
            ssr: true,
            outDir: making,
            target: 'node24',
            copyPublicDir: false,
            rolldownOptions: {
                input: mainEntries,
                output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
                checks: { bundlerTimings: false },
            },
        },
    });
    writeFileSync(join(making, 'package.json'), '{"type":"module"}'); // or Node finds out for each file what it is
    if (existsSync(program)) rmSync(making, { recursive: true });
    else renameSync(making, program);
    return program;
}

function digestOfSource(): string {
    const digest = createHash('sha256');
    const add = (file: string): void => void digest.update(file).update(readFileSync(join(root, file)));
    for (const file of ['package.json', 'package-lock.json', 'scripts/main-entries.ts']) add(file);
    for (const folder of ['src/main', 'src/shared'])
        for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort())
            if (name.endsWith('.ts')) add(join(folder, name));
    return digest.digest('hex').slice(0, 16);
}
