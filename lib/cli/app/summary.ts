import type { OwnerState } from "../../auth/ensure-owner";

type Facts = { url: string; owner: OwnerState; dataFolder: string; databaseHome: string | undefined; hint: string; started: number };

const paint = (code: number) => (text: string) => (process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = paint(1);
const dim = paint(2);
const green = paint(32);

function signIn({ email, generatedPassword, outcome }: OwnerState): string {
  if (generatedPassword) return `${bold(email)}  password ${bold(generatedPassword)}  ${dim("(shown this once)")}`;
  return `${bold(email)}  ${dim(outcome === "kept" ? "with its password; OWNER_PASSWORD=… npm start sets a new one" : "with the password of OWNER_PASSWORD")}`;
}

/** What a person wants to know when the app is up. */
export function summarise({ url, owner, dataFolder, databaseHome, hint, started }: Facts): string {
  const lines = [
    ["Site", bold(url)],
    ["Dashboard", bold(`${url}/dashboard`)],
    ["Sign in", signIn(owner)],
    ["Data", databaseHome && !databaseHome.startsWith(dataFolder) ? `${databaseHome} and ${dataFolder}` : dataFolder],
    ["Traffic", hint],
    ["Stop", "Ctrl-C"],
  ];
  const seconds = Math.max(1, Math.round((Date.now() - started) / 1000));
  const body = lines.map(([label = "", value]) => `  ${dim(label.padEnd(11))}${value}`).join("\n");
  return `\n  ${green("●")} ${bold("Footfall is running")} ${dim(`(${seconds} s)`)}\n\n${body}\n\n`;
}
