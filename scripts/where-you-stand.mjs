// Lets relative paths refer to where a person types. npm runs a script in the program's own folder and tells where the
// command was given; with this, options and STORYLOOP_HOME mean what they mean to every other command.
import fs from 'node:fs';
import path from 'node:path';

const { INIT_CWD: from, npm_package_json: manifest } = process.env;
const isOfNpm = from && manifest && isSameFolder(path.dirname(manifest), process.cwd()); // not one of an npm further up
if (isOfNpm && fs.existsSync(from)) process.chdir(from);

function isSameFolder(a, b) {
    return fs.existsSync(a) && fs.realpathSync(a) === fs.realpathSync(b);
}
