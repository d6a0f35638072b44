/** Shows a refusal as a page with a sentence that says what to do, for people who followed a link. */
import type { Pages } from './pages.ts';

/** Looks like the app where its style sheet is known. */
export function refusalPage(pages: Pages, sentence: string): string {
    const style = [...pages.keys()].find((path) => path.startsWith('/assets/') && path.endsWith('.css'));
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Storyloop</title>
${style === undefined ? '' : `<link rel="stylesheet" href="${encodeURI(style)}">\n`}<main class="refusal">
<h1>Storyloop</h1>
<p>${sentence}</p>
</main>
</html>
`;
}
