// Stands in for Electron's own default app: `electron [-r module]… <folder of an app>`.
import { app } from 'electron';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const given = process.argv.slice(1);
const required = given.flatMap((each, i) => (given[i - 1] === '-r' ? [each] : []));
const folder = given.find((each, i) => !each.startsWith('-') && given[i - 1] !== '-r');
if (folder === undefined) throw new Error('usage: electron <folder of an app>');
const require = createRequire(import.meta.url);
for (const each of required) require(path.resolve(each));

const { name, productName, version, main } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setName(productName ?? name);
app.setVersion(version);
app.setAppPath(path.resolve(folder));
try {
    await import(pathToFileURL(path.resolve(folder, main)).href);
} catch (error) {
    console.error(error);
    process.exit(1);
}
