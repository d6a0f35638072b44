// npm runs a script in the program's own folder. What a person types is meant from where they stand, and npm says where
// that is; so relative paths, of options and of STORYLOOP_HOME alike, mean what they mean to every other command.
import fs from 'node:fs';
import path from 'node:path';

const { INIT_CWD: from, npm_package_json: manifest } = process.env;
const isOfNpm = from && manifest && isSameFolder(path.dirname(manifest), process.cwd()); // not of an npm further up
if (isOfNpm && fs.existsSync(from)) process.chdir(from);

function isSameFolder(a, b) {
    return fs.existsSync(a) && fs.realpathSync(a) === fs.realpathSync(b);
}
