const STEPS = [
  [30, 196],
  [74, 168],
  [122, 178],
  [166, 142],
  [214, 132],
  [256, 92],
  [304, 84],
  [344, 44],
] as const;

/** A picture: steps that rise from left to right, the last one just made. */
export function Footpath({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 380 240" className={className} aria-hidden="true">
      <path
        d={`M${STEPS.map(([x, y]) => `${x} ${y}`).join(" L")}`}
        fill="none"
        stroke="var(--hairline)"
        strokeWidth="2"
        strokeDasharray="2 7"
        strokeLinecap="round"
      />
      {STEPS.map(([x, y], index) => {
        const last = index === STEPS.length - 1;
        return (
          <g key={x} transform={`translate(${x} ${y}) rotate(${38 + (index % 2) * 14})`}>
            <ellipse
              rx="10"
              ry="15"
              fill={last ? "var(--accent)" : "var(--mantine-color-pine-5)"}
              opacity={last ? 1 : 0.3 + index * 0.09}
            />
            <circle cy="22" r="6.5" fill={last ? "var(--accent)" : "var(--mantine-color-pine-5)"} opacity={last ? 1 : 0.3 + index * 0.09} />
          </g>
        );
      })}
    </svg>
  );
}
