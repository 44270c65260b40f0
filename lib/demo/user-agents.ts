/** Browsers that invented visitors use, with what is read from each, and how common it is among them. */
export const USER_AGENTS = [
  {
    userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    browser: "Chrome",
    os: "Windows",
    device: "desktop",
    weight: 28,
  },
  {
    userAgent: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    browser: "Chrome",
    os: "Android",
    device: "mobile",
    weight: 22,
  },
  {
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    browser: "Safari",
    os: "iOS",
    device: "mobile",
    weight: 18,
  },
  {
    userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
    browser: "Safari",
    os: "macOS",
    device: "desktop",
    weight: 8,
  },
  {
    userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    browser: "Chrome",
    os: "macOS",
    device: "desktop",
    weight: 9,
  },
  {
    userAgent:
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
    browser: "Microsoft Edge",
    os: "Windows",
    device: "desktop",
    weight: 6,
  },
  {
    userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    browser: "Firefox",
    os: "Windows",
    device: "desktop",
    weight: 4,
  },
  {
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    browser: "Firefox",
    os: "Linux",
    device: "desktop",
    weight: 3,
  },
  {
    userAgent:
      "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    browser: "Safari",
    os: "iOS",
    device: "tablet",
    weight: 2,
  },
] as const;
