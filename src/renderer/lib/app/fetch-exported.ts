/** Downloads an exported file under `serve`. A download sends no header, so the page first asks for a pass. */
import { Refused } from './asking.ts';
import { bearing, currentToken } from './token.ts';

/** Hands the file to the browser's downloads. @throws a refusal in one sentence */
export async function fetchExported(name: string, path: string): Promise<void> {
    const asked = await fetch(`/passes${addressIn(name, path)}`, { headers: bearing(currentToken()) }).catch(
        (): never => {
            throw new Refused(
                'Storyloop has stopped answering, so the file was not fetched. It is safe where it was saved.',
            );
        },
    );
    if (asked.status === 404) throw new Refused(`${path} is no longer there. Export it again.`);
    if (!asked.ok)
        throw new Refused(
            'Storyloop was started again, so the file was not fetched. Open the address that it printed, then choose the file again.',
        );
    const link = document.createElement('a');
    link.href = await asked.text();
    link.download = '';
    link.click();
}

export function addressIn(name: string, path: string): string {
    return [name, ...path.split('/')].map((part) => `/${encodeURIComponent(part)}`).join('');
}
