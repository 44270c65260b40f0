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
:root { color-scheme: light dark; }
body { max-width: 32rem; margin: 16vh auto 0; padding: 0 1.25rem; font: 1.0625rem/1.6 system-ui, sans-serif; text-align: center; }
a { margin: 0 .75rem; }
</style>
</head>
<body>
<main>
<h1>${heading}</h1>
${text.map((line) => `<p>${line}</p>`).join("\n")}
<p>${links.map(({ href, text: name }) => `<a href="${href}">${name}</a>`).join("\n")}</p>
</main>
</body>
</html>`;
