import { expect, test } from 'vitest';
import { parseRoute } from '../../../src/renderer/lib/app/route.ts';
import { pageTitle } from '../../../src/renderer/lib/app/rooms.ts';

test.each([
    ['#/runs', undefined, 'Runs · Storyloop'],
    ['#/runs/2026-11-22-owl', 'night owl', 'night owl · Storyloop'],
    ['#/runs/2026-11-22-owl', undefined, '2026-11-22-owl · Storyloop'],
    ['#/new', undefined, 'New run · Storyloop'],
    ['#/compare?runs=a%2Fb', undefined, 'Compare runs · Storyloop'],
    ['#/stories', undefined, 'Stories · Storyloop'],
    ['#/stories/2026-11-22-owl', 'night owl', 'Stories of night owl · Storyloop'],
    ['#/rate/01SET', undefined, 'Rate · Storyloop'],
    ['#/rate/2026-11-22-owl', 'night owl', 'Rate · Storyloop'],
    ['#/settings', undefined, 'Settings · Storyloop'],
])('%s of a run called %s is titled %s', (hash, name, title) => {
    expect(pageTitle(parseRoute(hash), name)).toBe(title);
});
