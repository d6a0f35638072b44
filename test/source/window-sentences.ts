/** Every text that the source can put before a person in the window. */
import { globSync, readFileSync } from 'node:fs';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

export interface WindowText {
    readonly file: string;
    /** What holes hold is `…`. */
    readonly text: string;
}

/** The texts of the page, of what page and app share, and of all that the app may tell the page. */
export function windowTexts(root: string): readonly WindowText[] {
    const svelte = globSync('src/renderer/**/*.svelte', { cwd: root });
    const code = globSync(['src/renderer/**/*.ts', 'src/shared/**/*.ts', 'src/main/**/*.ts'], { cwd: root }).filter(
        (file) => !outside.some((place) => file.startsWith(place)),
    );
    const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');
    return [
        ...svelte.flatMap((file) => textsOfComponent(read(file)).map((text) => ({ file, text }))),
        ...code.flatMap((file) => textsOfCode(read(file)).map((text) => ({ file, text }))),
    ];
}

/** Said in a terminal, or written into files. */
const outside = [
    'src/main/headless/',
    'src/main/app/',
    'src/main/text/storyworld/',
    'src/main/exchange/students/hugging-face-folder.ts', // a model card
];

/** Texts and attributes of the markup in their order, and the strings of the script. */
export function textsOfComponent(source: string): readonly string[] {
    const { fragment, instance, module } = parse(source, { modern: true });
    const texts: string[] = [];
    const walk = (node: unknown): void => {
        if (Array.isArray(node)) {
            node.forEach(walk);
            return;
        }
        if (node === null || typeof node !== 'object') return;
        const { type, nodes, start, end } = node as {
            type?: string;
            nodes?: readonly Markup[];
            start: number;
            end: number;
        };
        if (type === 'ExpressionTag') texts.push(...textsOfCode(`(${source.slice(start + 1, end - 1)})`));
        else if (type === 'Attribute' && (node as { name: string }).name === 'class') return;
        else {
            if (type === 'Fragment') texts.push(lineOf(nodes!));
            if (type === 'Attribute' && Array.isArray((node as { value: unknown }).value))
                texts.push(lineOf((node as { value: readonly Markup[] }).value));
            for (const [key, child] of Object.entries(node)) if (key !== 'metadata') walk(child);
        }
    };
    walk(fragment);
    for (const script of [instance, module])
        if (script)
            texts.push(
                ...textsOfCode(
                    /^<script[^>]*>(.*)<\/script>/su.exec(source.slice(script.start, script.end))?.[1] ?? '',
                ),
            );
    return texts.filter(isProse);
}
interface Markup {
    readonly type: string;
    readonly data?: string;
}
function lineOf(nodes: readonly Markup[]): string {
    return nodes.map(({ type, data }) => (type === 'Text' ? data! : type === 'ExpressionTag' ? '…' : ' ')).join('');
}

/** Strings and templates of a program, but for what only the command line adds (`toType`), types and imports. */
export function textsOfCode(source: string): readonly string[] {
    const file = ts.createSourceFile('it.ts', source, ts.ScriptTarget.Latest, true);
    const texts: string[] = [];
    const walk = (node: ts.Node): void => {
        if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
        if (ts.isCallExpression(node) && isRefusal(node)) {
            walk(node.expression);
            const sentence = node.arguments[node.expression.getText() === 'badInput' ? 0 : 1];
            if (sentence) walk(sentence);
            return;
        }
        if (ts.isPropertyAssignment(node) && ['toType', "'command line'"].includes(node.name.getText())) return;
        if (ts.isConditionalExpression(node) && /isTyping|'command line'/.test(node.condition.getText())) {
            walk(node.whenFalse); // the other side is for the terminal
            return;
        }
        if (ts.isConditionalExpression(node) && /'window'/.test(node.condition.getText())) {
            walk(node.whenTrue);
            return;
        }
        if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.push(node.text);
        if (ts.isTemplateExpression(node))
            texts.push(node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(''));
        ts.forEachChild(node, walk);
    };
    walk(file);
    return texts.filter(isProse);
}

function isRefusal(node: ts.CallExpression): boolean {
    return ['badInput', 'badInputAbout'].includes(node.expression.getText());
}

/** Two words at least, and neither SQL nor a regular expression's neighbour. */
function isProse(text: string): boolean {
    return (
        /\p{L}{2,}\s+\S*\p{L}{2,}|…\s+\p{L}{2,}/u.test(text) &&
        !/\b(?:SELECT|FROM|WHERE|CREATE|INSERT|UPDATE)\b/.test(text)
    );
}
