type Content = { title: string; heading: string; text: string[]; links: { href: string; text: string }[] };

/** A page of one thought that needs no script and no other file: for answers that are given where no page can be rendered. What is given is ours, not a client's. */
export const plainPage = ({ title, heading, text, links }: Content): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/icon.svg">
<title>${title} · Footfall</title>
<style>
:root { color-scheme: light dark; --back: #faf9f6; --text: #1f2422; --link: #1f7358; }
@media (prefers-color-scheme: dark) { :root { --back: #161c19; --text: #e6e9e7; --link: #88c4ad; } }
body { max-width: 32rem; margin: 14vh auto 0; padding: 0 1.25rem; background: var(--back); color: var(--text); font: 1.0625rem/1.6 system-ui, sans-serif; text-align: center; }
img { width: 48px; height: 48px; }
h1 { margin: 1rem 0; font-size: 1.8rem; line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; }
a { margin: 0 .75rem; color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
</style>
</head>
<body>
<main>
<img src="/icon.svg" alt="">
<h1>${heading}</h1>
${text.map((line) => `<p>${line}</p>`).join("\n")}
<p>${links.map(({ href, text: name }) => `<a href="${href}">${name}</a>`).join("\n")}</p>
</main>
</body>
</html>`;
