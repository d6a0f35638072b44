/** Before each file of window tests: they drive what was built, and a build older than its source proves nothing. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = ['out/main/app.js', 'out/preload/preload.cjs', 'out/renderer/index.html'].map((file) => join(root, file));

if (built.every((file) => existsSync(file))) {
    const builtMs = Math.min(...built.map((file) => statSync(file).mtimeMs));
    const younger = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .find((file) => statSync(file).mtimeMs > builtMs);
    if (younger !== undefined)
        throw new Error(`The built app is older than ${younger.slice(root.length)}; build it first: npm run build`);
}
