/** Exports and imports under way, and which of their sheets is open. */
import type { Params } from '../../shared/contracts/app.ts';
import type { ExchangeRow } from '../../shared/views/computer.ts';

export type ExportedThing = Params<'export.offer'>['of'];
/** What an export may be of, in the words of the room that offers it; the first is chosen. */
export interface ExportChoice {
    readonly label: string;
    readonly of: ExportedThing;
}
type OpenSheet = { readonly kind: 'import' } | { readonly kind: 'export'; readonly choices: readonly ExportChoice[] };

let rows = $state.raw<readonly ExchangeRow[]>([]);
let open = $state.raw<OpenSheet | null>(null);

export const exchanges = {
    /** The latest first. */
    get rows(): readonly ExchangeRow[] {
        return rows;
    },
    get open(): OpenSheet | null {
        return open;
    },
};

export function takeExchanges(all: readonly ExchangeRow[]): void {
    rows = all.toReversed();
}

export function takeExchange(row: ExchangeRow): void {
    const isKnown = rows.some(({ id }) => id === row.id);
    rows = isKnown ? rows.map((each) => (each.id === row.id ? row : each)) : [row, ...rows];
}

export function exportOf(first: ExportChoice, ...others: readonly ExportChoice[]): void {
    open = { kind: 'export', choices: [first, ...others] };
}

export function importSomething(): void {
    open = { kind: 'import' };
}

export function closeSheet(): void {
    open = null;
}
