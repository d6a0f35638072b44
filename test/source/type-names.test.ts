/** A name of a type means one thing in the whole of the source. */
import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname.replace(/\/$/u, '');
const files = globSync('src/**/*.{ts,svelte}', { cwd: root });

it('no type has a name that means another one elsewhere', () => {
    const meaningsOf = new Map<string, Map<string, string>>();
    for (const file of files)
        for (const { name, meaning } of typesIn(readFileSync(`${root}/${file}`, 'utf8'), file.endsWith('.svelte'))) {
            if (name === 'Props' && file.endsWith('.svelte')) continue; // what a component is given
            const meanings = meaningsOf.get(name) ?? new Map<string, string>();
            meaningsOf.set(name, meanings.set(meaning, file));
        }
    expect(meaningsOf.size).toBeGreaterThan(300);
    const several = [...meaningsOf].filter(([, meanings]) => meanings.size > 1);
    expect(several.map(([name, meanings]) => `${name}: ${[...meanings.values()].join(', ')}`)).toEqual([]);
});

it('finds types wherever they are declared, and knows one that is declared again', () => {
    const source = `export interface One { a: number } type Two = One; class Three {} enum Four { A }
        function f(): void { type Five = Two; }`;
    expect(typesIn(source, false).map(({ name }) => name)).toEqual(['One', 'Two', 'Three', 'Four']);
    const component = '<script lang="ts">\ninterface One {\n    a: number }</script><p>type Seven = 1</p>';
    expect(typesIn(component, true)).toEqual([typesIn(source, false)[0]]);
});

interface DeclaredType {
    readonly name: string;
    /** Its text, however it is spaced and whether it is exported or not. */
    readonly meaning: string;
}

/** The types at the top of a file; one inside a function means something there alone. */
function typesIn(text: string, isComponent: boolean): readonly DeclaredType[] {
    const code = isComponent
        ? [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gsu)].map(([, script]) => script).join('\n')
        : text;
    const file = ts.createSourceFile('it.ts', code, ts.ScriptTarget.Latest, true);
    return file.statements.flatMap((statement) => {
        const isType =
            ts.isInterfaceDeclaration(statement) ||
            ts.isTypeAliasDeclaration(statement) ||
            ts.isClassDeclaration(statement) ||
            ts.isEnumDeclaration(statement);
        if (!isType || !statement.name) return [];
        const meaning = statement
            .getText()
            .replace(/^export /u, '')
            .replace(/\s+/gu, ' ');
        return [{ name: statement.name.text, meaning }];
    });
}
