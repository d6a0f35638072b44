/** Numbers, durations and dates in words. */

import { measured } from '../../../shared/text/numbers.ts';

export { count, counted, measured } from '../../../shared/text/numbers.ts';

/** 1234567 → "1.2M", 41000 → "41k": for axes, where the unit stands at the end. */
export function short(value: number): string {
    const size = Math.abs(value);
    if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
    if (size >= 1e3) return `${trimmed(value / 1e3)}k`;
    return trimmed(value);
}

function trimmed(value: number): string {
    return String(Number(value.toPrecision(6)));
}

export function percent(fraction: number, digits = 0): string {
    return `${measured(100 * fraction, digits)} %`;
}

/** A phrase as a sentence; what is one stays as it is. */
export function sentence(text: string): string {
    return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/u.test(text) ? '' : '.'}`;
}

/** "31 s", "4 min", "4 h 35", "2 d 3 h". */
export function duration(seconds: number): string {
    if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
    if (seconds < 99.5) return `${Math.round(seconds)} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')}`;
    return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** "4 h 35 to 5 h 05", or one of them where they read the same. */
export function durationRange({ low, high }: { readonly low: number; readonly high: number }): string {
    const [from, to] = [duration(low), duration(high)];
    if (from === to) return from;
    const [, number = from, unit = ''] = /^(\d+) (s|min)$/u.exec(from) ?? [];
    return unit !== '' && to.endsWith(` ${unit}`) ? `${number} to ${to}` : `${from} to ${to}`;
}

/** When something ends: the middle of the range as a clock, and half its width. `at`: UTC milliseconds. */
export function endsAbout(now: number, remaining: { readonly low: number; readonly high: number }): string {
    const middle = now + 500 * (remaining.low + remaining.high);
    const half = (remaining.high - remaining.low) / 2;
    const about = clock(middle);
    const days = daysBetween(now, middle);
    const day = days === 0 ? '' : days === 1 ? 'tomorrow ' : `in ${days} days, `;
    return half < 45 ? `${day}${about}` : `${day}${about}, ± ${duration(half)}`;
}

function clock(at: number): string {
    const date = new Date(at);
    return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

function daysBetween(from: number, to: number): number {
    return Math.round((new Date(to).setHours(0, 0, 0, 0) - new Date(from).setHours(0, 0, 0, 0)) / 86_400_000);
}

/** A moment as logs write it, in the reader's own time: "2026-11-22 16:04:07". `at`: UTC milliseconds. */
export function moment(at: number): string {
    const date = new Date(at);
    const two = (value: number): string => String(value).padStart(2, '0');
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return `${day} ${clock(at)}:${two(date.getSeconds())}`;
}

const mostAhead = 5; // minutes that another machine's clock may be ahead of ours

/** "just now", "12 min ago", "yesterday", "9 days ago", then the date; the date too of what is still to come. */
export function ago(at: number, now: number): string {
    const minutes = Math.floor((now - at) / 60_000);
    if (minutes < -mostAhead) return new Date(at).toISOString().slice(0, 10);
    if (minutes < 1) return 'just now';
    if (minutes < 60) return `${minutes} min ago`;
    const days = daysBetween(at, now);
    if (days === 0) return `${Math.floor(minutes / 60)} h ago`;
    if (days === 1) return 'yesterday';
    if (days < 28) return `${days} days ago`;
    return new Date(at).toISOString().slice(0, 10);
}

export function bytes(size: number): string {
    if (size >= 1e9) return `${(size / 1e9).toFixed(1)} GB`;
    if (size >= 1e6) return `${Math.round(size / 1e6)} MB`;
    return `${Math.round(size / 1e3)} kB`;
}

/** Beginning and end of a long name, where the names of a series differ; it never cuts a visible character in two. */
export function shortened(name: string, most = 48): string {
    const characters = Array.from(new Intl.Segmenter('en').segment(name), ({ segment }) => segment);
    if (characters.length <= most) return name;
    const half = (most - 1) / 2;
    const [begin, end] = [characters.slice(0, Math.ceil(half)), characters.slice(-Math.floor(half))];
    return `${begin.join('').trimEnd()}…${end.join('').trimStart()}`;
}
