/**
 * Runs scripts of package.json side by side, one a core: `node scripts/side-by-side.ts types:node lint:src …`. What
 * went well says one line; what failed says all that it had to say, at the end, and fails the whole. The longest come
 * first.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

interface Package {
    readonly scripts: Readonly<Record<string, string>>;
}
interface Failure {
    readonly name: string;
    readonly output: string;
}

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Package;
const waiting = process.argv.slice(2);
const unknown = waiting.filter((name) => scripts[name] === undefined);
if (waiting.length === 0 || unknown.length > 0) {
    console.error(`Name scripts of package.json to run; there is no ${unknown.join(', ') || 'name here'}.`);
    process.exit(1);
}

/** Straight through the shell, where npm's own PATH holds: an `npm run` for each would cost half a second each. */
function run(name: string): Promise<Failure | null> {
    const began = performance.now();
    return new Promise((resolve, reject) => {
        const child = spawn(scripts[name]!, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
            stream.setEncoding('utf8').on('data', (text: string) => (output += text));
        child.once('error', reject).once('close', (code) => {
            const seconds = ((performance.now() - began) / 1000).toFixed(1);
            console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
            resolve(code === 0 ? null : { name, output });
        });
    });
}

const failures: Failure[] = [];
async function work(): Promise<void> {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const failure = await run(name);
        if (failure !== null) failures.push(failure);
    }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));

for (const { name, output } of failures) console.error(`\n— ${name}: ${scripts[name]!}\n${output.trimEnd()}`);
process.exitCode = failures.length === 0 ? 0 : 1;
