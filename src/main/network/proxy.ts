/** The proxy that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, or in small letters), for all requests to come. */
import http from 'node:http';

type Environment = Readonly<Record<string, string | undefined>>;

const here = ['localhost', '127.0.0.1', '[::1]', '::1']; // what runs on this computer no proxy can reach
let isSet = false;

/** Whoever sends a request calls it before; only the first call does something. Node 24.14 and later can do it. */
export function useProxyOfEnvironment(environment: Environment = process.env): void {
    if (isSet) return;
    isSet = true;
    const proxy = proxyOf(environment);
    if (proxy !== null) http.setGlobalProxyFromEnv?.(proxy);
}

/** Null where none is named. */
export function proxyOf(environment: Environment): Record<string, string> | null {
    const named = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
    const [forHttp, forHttps] = [named('HTTP_PROXY'), named('HTTPS_PROXY')];
    if (forHttp === '' && forHttps === '') return null;
    const around = [named('NO_PROXY'), ...here].filter((name) => name !== '').join(',');
    return {
        ...(forHttp === '' ? {} : { HTTP_PROXY: forHttp }),
        ...(forHttps === '' ? {} : { HTTPS_PROXY: forHttps }),
        NO_PROXY: around,
    };
}
