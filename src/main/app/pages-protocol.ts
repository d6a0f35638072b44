/** `app://ui/`: serves the built pages, and no other file on the disk. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { contentType, pageHeaders } from '../../shared/page-policy.ts';

export const pagesScheme = 'app';
export const firstPage = 'app://ui/';

/** Whether the URL is one of our pages; messages from any other are ignored. */
export function isOurs(url: string | undefined): boolean {
    return url !== undefined && url.startsWith(firstPage);
}

/** Answers requests for pages from a list made once, so no requested path is ever resolved. */
export function pageServer(folder: string): (request: Request) => Promise<Response> {
    const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
    const files = new Map(
        entries
            .filter((entry) => entry.isFile())
            .map(({ parentPath, name }) => join(parentPath, name))
            .map((file) => [`/${relative(folder, file).split(sep).join('/')}`, file]),
    );
    files.set('/', join(folder, 'index.html'));
    return async (request) => {
        const { host, pathname } = new URL(request.url);
        const file = host === 'ui' ? files.get(pathname) : undefined;
        if (file === undefined) return new Response('There is nothing here.', { status: 404, headers: pageHeaders });
        const headers = { ...pageHeaders, 'Content-Type': contentType(file) };
        return new Response(new Uint8Array(await readFile(file)), { headers });
    };
}
