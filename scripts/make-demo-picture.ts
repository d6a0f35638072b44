/**
 * Draws the README's picture of the demo from what the demo printed:
 *
 *     npm run -s demo > demo.txt && npm run make:demo-picture -- demo.txt
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [printed] = process.argv.slice(2);
if (printed === undefined) {
    console.error('Name the file with what the demo printed: npm run make:demo-picture -- <file>');
    process.exit(1);
}
const longestLine = 104; // characters
const size = { character: 7.92, line: 19, top: 52, left: 22 }; // px
/** What stands out, by how its line begins. */
const styles: readonly (readonly [RegExp, string])[] = [
    [/^\$ /u, 'fill="#8fb8de"'],
    [/^clean score/u, 'fill="#e8c97a"'],
    [/^Sum /u, 'fill="#ffffff" font-weight="700"'],
    [/^ {2}seed /u, 'fill="#9a9488"'],
    [/^ {4}after /u, 'fill="#f2ede1"'],
];

const text = readFileSync(printed, 'utf8').trimEnd();
const end = text.indexOf('\nWhat the teacher rewards'); // advice on what to do next is no part of the picture
const lines = [
    '$ npm run demo',
    ...text
        .slice(0, end === -1 ? undefined : end)
        .trimEnd()
        .split('\n'),
].flatMap(wrapped);
const width = Math.ceil(2 * size.left + longestLine * size.character);
const height = size.top + lines.length * size.line;
const rows = lines.map((line, at) => {
    const style = styles.find(([begins]) => begins.test(line))?.[1];
    const where = `x="${size.left}" y="${size.top + at * size.line}" xml:space="preserve"`;
    return `<text ${where}${style === undefined ? '' : ` ${style}`}>${escaped(line)}</text>`;
});
writeFileSync(
    'docs/pictures/demo.svg',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="The end of the demo in a terminal: clean scores before and after learning, and stories from the same seeds">
<rect width="${width}" height="${height}" rx="10" fill="#16191d"/>
<circle cx="22" cy="20" r="5.5" fill="#e06c5c"/>
<circle cx="40" cy="20" r="5.5" fill="#d9a441"/>
<circle cx="58" cy="20" r="5.5" fill="#6aa36a"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13.2" fill="#d8d3c8">
${rows.join('\n')}
</g></svg>
`,
);
console.log(`docs/pictures/demo.svg: ${lines.length} lines`);

/** A long line goes on under where its words began. */
function wrapped(line: string): readonly string[] {
    if (line.length <= longestLine) return [line];
    const at = line.lastIndexOf(' ', longestLine);
    const indent = /^ */u.exec(line)![0];
    return at <= indent.length ? [line] : [line.slice(0, at), ...wrapped(`${indent}${line.slice(at + 1)}`)];
}

function escaped(line: string): string {
    return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
