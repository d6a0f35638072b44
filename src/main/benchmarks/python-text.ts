/** Numbers and JSON written as Python writes them, so that files of results are the official ones to the byte. */

/** A number that Python holds as a float: 30 is written 30.0. */
export class Float {
    readonly value: number;
    constructor(value: number) {
        this.value = value;
    }
}

export type PythonJson =
    string | number | boolean | Float | readonly PythonJson[] | { readonly [key: string]: PythonJson };

/** As json.dump writes it; `indent`: spaces a level, or everything in one line. */
export function pythonJson(value: PythonJson, indent: number | null = null, level = 0): string {
    if (typeof value === 'string') return asciiString(value);
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (value instanceof Float) return pythonFloat(value.value);
    const [open, close, parts] = isList(value)
        ? (['[', ']', value.map((each) => pythonJson(each, indent, level + 1))] as const)
        : ([
              '{',
              '}',
              Object.entries(value).map(([key, each]) => `${asciiString(key)}: ${pythonJson(each, indent, level + 1)}`),
          ] as const);
    if (parts.length === 0) return open + close;
    if (indent === null) return open + parts.join(', ') + close;
    const line = (depth: number): string => `\n${' '.repeat(indent * depth)}`;
    return open + line(level + 1) + parts.join(`,${line(level + 1)}`) + line(level) + close;
}

/** f"{value:.2f}": a number that lies exactly between two goes to the even one, where toFixed goes up. */
export function twoDecimals(value: number): string {
    if (Number.isNaN(value)) return 'nan';
    const eighths = value * 8; // exact; between two hundredths lie only odd eighths
    if (!Number.isInteger(eighths) || eighths % 2 === 0) return value.toFixed(2);
    const below = Math.floor(value * 100);
    return ((below % 2 === 0 ? below : below + 1) / 100).toFixed(2);
}

/** repr() of a float; what is no number is written as Python's json does, though JSON has no word for it. */
function pythonFloat(value: number): string {
    if (Number.isNaN(value)) return 'NaN';
    if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
    if (Object.is(value, -0)) return '-0.0';
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    const power = Number(exponent);
    if (value !== 0 && (power < -4 || power >= 16))
        return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
}

const isList = (value: PythonJson): value is readonly PythonJson[] => Array.isArray(value);

const asciiString = (text: string): string =>
    JSON.stringify(text).replace(
        /[\u007f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
