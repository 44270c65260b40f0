import type { SiteSettings } from "../../store/site-settings";
import type { ExclusionCategory } from "../reasons";
import { compileAddressRules } from "./address-rules";
import { compileHostRules } from "./host-rules";
import { compilePathRules } from "./path-rules";

/** Keys of browsers and of users whose requests are the owner's own. */
export type OwnKeys = { visitors: readonly string[]; users: readonly string[] };

/** What a rule can hold for. `cookie` is the id in the browser's cookie, also where visitors are told apart without it. */
export type Asked = {
  address: string | null;
  host: string;
  path: string;
  cookie: string | null;
  visitor: string | null;
  user: string | null;
};

export type RuleVerdict = { category: Extract<ExclusionCategory, "own-traffic" | "excluded">; reason: string };

/** The owner's decisions about a site's traffic, ready to be asked: each question costs a few look-ups, however many rules there are. */
export type TrafficRules = {
  /** Why the owner leaves a request out; null when nothing holds. */
  judge(asked: Asked): RuleVerdict | null;
  /** Whether a page of that host may send events. */
  mayCollect(host: string): boolean;
};

/** Makes ready what an owner has decided. */
export function compileTrafficRules(settings: Pick<SiteSettings, "exclude" | "collectHosts">, own: OwnKeys): TrafficRules {
  const ownVisitors = new Set(own.visitors);
  const ownUsers = new Set(own.users);
  const findAddress = compileAddressRules(settings.exclude.addresses);
  const findPath = compilePathRules(settings.exclude.paths);
  const findHost = compileHostRules(settings.exclude.hosts);
  const findSender = compileHostRules(settings.collectHosts);
  const isOwn = (key: string | null, keys: ReadonlySet<string>) => key !== null && keys.has(key);
  return {
    judge({ address, host, path, cookie, visitor, user }) {
      if (isOwn(cookie, ownVisitors) || isOwn(visitor, ownVisitors)) return { category: "own-traffic", reason: "own browser" };
      if (isOwn(user, ownUsers)) return { category: "own-traffic", reason: "own account" };
      const range = address === null ? null : findAddress(address);
      if (range !== null) return { category: "excluded", reason: `address ${range}` };
      const name = findHost(host);
      if (name !== null) return { category: "excluded", reason: `host ${name}` };
      const pattern = findPath(path);
      return pattern === null ? null : { category: "excluded", reason: `path ${pattern}` };
    },
    mayCollect: (host) => findSender(host) !== null,
  };
}
