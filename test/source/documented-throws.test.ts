/** Whoever calls a function reads in its comment what it throws: an exported function that throws says so. */
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname.replace(/\/$/u, '');

it('the comment of every exported function that throws says what, and when', () => {
    const functions = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
        throwingFunctions(readFileSync(`${root}/${file}`, 'utf8')).map((found) => ({ file, ...found })),
    );
    expect(functions.length).toBeGreaterThan(100);
    const silent = functions.filter(({ says }) => says.trim() === '');
    expect(silent.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});

it('knows what a function throws itself from what it passes on, catches or can never reach', () => {
    const source = `
        /** @throws bad input where there is none */
        export function says(): void { if (none) throw badInput('There is none.'); }
        export function isSilent(): void { for (;;) throw new Error('none'); }
        export const isSilentToo = (): void => { throw new Error('none'); };
        export function passesOn(): void { try { says(); } catch (error) { if (!isOurs(error)) throw error; } }
        export function turns(): void { try { says(); } catch (error) { throw storeFault(error); } }
        export function catches(): void { try { throw new Error('none'); } catch { return; } }
        export function cannot(): void { throw new Error(\`unknown \${kind satisfies never}\`); }
        export function gives(): () => void { return () => { throw new Error('none'); }; }
        function isOurOwn(): void { throw new Error('none'); }`;
    expect(throwingFunctions(source)).toEqual([
        { name: 'says', says: 'bad input where there is none' },
        { name: 'isSilent', says: '' },
        { name: 'isSilentToo', says: '' },
        { name: 'turns', says: '' },
    ]);
});

interface ThrowingFunction {
    readonly name: string;
    /** What its comment says after `@throws`. */
    readonly says: string;
}

function throwingFunctions(text: string): readonly ThrowingFunction[] {
    if (!text.includes('throw ')) return []; // most files: not worth the parsing
    const file = ts.createSourceFile('it.ts', text, ts.ScriptTarget.Latest, true);
    return file.statements.flatMap((statement) => {
        const isExported =
            ts.canHaveModifiers(statement) &&
            ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
        if (!isExported) return [];
        return functionsOf(statement).flatMap(({ name, body }) => {
            if (!throwsItself(body)) return [];
            const tags = ts.getJSDocTags(statement).filter(({ tagName }) => tagName.text === 'throws');
            return [{ name, says: tags.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join(' ') }];
        });
    });
}

function functionsOf(statement: ts.Statement): readonly { readonly name: string; readonly body: ts.Node }[] {
    if (ts.isFunctionDeclaration(statement))
        return statement.body && statement.name ? [{ name: statement.name.text, body: statement.body }] : [];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
        initializer && ts.isArrowFunction(initializer) ? [{ name: name.getText(), body: initializer.body }] : [],
    );
}

/** Not what a function within it throws, what it catches itself, an error passed on, or what the compiler rules out. */
function throwsItself(node: ts.Node): boolean {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isThrowStatement(node))
        return !ts.isIdentifier(node.expression) && !/ satisfies never\b/u.test(node.expression.getText());
    if (ts.isTryStatement(node) && node.catchClause)
        return [node.catchClause, node.finallyBlock].some((block) => block !== undefined && throwsItself(block));
    return ts.forEachChild(node, (child) => throwsItself(child) || undefined) ?? false;
}
