/**
 * Makes all later requests use the proxy named in the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in either case).
 */
type Environment = Readonly<Record<string, string | undefined>>;

const here = ['localhost', '127.0.0.1', '[::1]', '::1']; // local addresses, which no proxy can reach
let isSet = false;

/** Called before any request; only the first call has an effect. Needs Node 24.14 or later. */
export function useProxyOfEnvironment(environment: Environment = process.env): void {
    if (isSet) return;
    isSet = true;
    const proxy = proxyOf(environment);
    // an import of it would load all of `fetch` at every start: a tenth of a second
    if (proxy !== null) process.getBuiltinModule('node:http').setGlobalProxyFromEnv?.(proxy);
}

/** Null where no proxy is named. */
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
