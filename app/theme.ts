import { createTheme } from "@mantine/core";

const BODY_FONT = '"Hanken Grotesk Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const HEADING_FONT = '"Bricolage Grotesque Variable", "Hanken Grotesk Variable", system-ui, sans-serif';

/** Paper and pine: warm greys, one deep green, clay where something asks for attention. Contrasts hold WCAG AA in both schemes. */
export const theme = createTheme({
  fontFamily: BODY_FONT,
  headings: { fontFamily: HEADING_FONT, fontWeight: "650" },
  primaryColor: "pine",
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  colors: {
    pine: ["#eef7f3", "#d9ece4", "#b3d9ca", "#88c4ad", "#6abb9c", "#469f81", "#2f8a6c", "#1f7358", "#185c47", "#124737"],
    clay: ["#fdf2ec", "#f8ddd0", "#f0bba3", "#e69672", "#dd764a", "#d4622f", "#bf5226", "#9f421d", "#7f3416", "#612710"],
    gray: ["#faf9f6", "#f3f1ec", "#e8e5de", "#d9d5cc", "#c3beb3", "#958f83", "#6b665c", "#57534a", "#3d3a34", "#26241f"],
    dark: ["#dde3de", "#bcc6bf", "#9aa69e", "#6d7972", "#45504a", "#36403b", "#252d29", "#181e1b", "#131816", "#0e1210"],
  },
  components: {
    Anchor: { defaultProps: { underline: "always" } },
    Paper: { styles: { root: { backgroundColor: "var(--surface)" } } },
  },
});
