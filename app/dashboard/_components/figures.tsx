import classes from "./figures.module.css";

/** A few plain numbers in a row. */
export function Figures({ figures }: { figures: readonly { label: string; value: string; note?: string }[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value}
            {note && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
