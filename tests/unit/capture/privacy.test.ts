import { describe, expect, test } from "vitest";
import { chooseIdentity } from "@/lib/capture/privacy";
import { SiteSettings } from "@/lib/store/site-settings";

const settings = (privacySignal: string) => SiteSettings.parse({ privacySignal });

describe("a browser that asks for privacy", () => {
  test.each([
    ["Sec-GPC", { "sec-gpc": "1" }],
    ["DNT", { dnt: "1" }],
  ])("%s does what the site's owner chose", (_, headers) => {
    expect(chooseIdentity(headers, settings("ignore"), "cookie")).toBe("cookie");
    expect(chooseIdentity(headers, settings("cookieless"), "cookie")).toBe("cookieless");
    expect(chooseIdentity(headers, settings("do-not-count"), "cookie")).toBe("none");
    expect(chooseIdentity(headers, settings("ignore"), "cookieless")).toBe("cookieless");
  });

  test("one that does not ask, or says no, is counted as ever", () => {
    for (const headers of [{}, { dnt: "0" }, { "sec-gpc": "0" }, { dnt: "unspecified" }])
      expect(chooseIdentity(headers, settings("do-not-count"), "cookie")).toBe("cookie");
  });
});
