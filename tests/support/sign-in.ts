/** The cookies that a browser has after these answers, as it would send them. */
export function cookiesOf(...responses: Response[]): string {
  const jar = new Map<string, string>();
  for (const response of responses)
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}

/** Signs in over HTTP as a script does, and gives both answers on the way. */
export async function signIn(url: string, account: { email: string; password: string }, headers: Record<string, string> = {}) {
  const asked = await fetch(`${url}/api/auth/csrf`, { headers });
  const { csrfToken } = (await asked.json()) as { csrfToken: string };
  const answered = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { ...headers, cookie: cookiesOf(asked), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...account, csrfToken }),
  });
  return { asked, answered, cookie: cookiesOf(asked, answered) };
}
