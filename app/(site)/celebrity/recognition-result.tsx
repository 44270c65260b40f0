"use client";

import { ENGINES, type Face, type FaceBox, type Recognition } from "@/lib/demo/celebrity/recogniser";
import type { CelebrityState } from "./actions";
import classes from "./celebrity.module.css";

const percent = (fraction: number) => `${Math.round(fraction * 100)} %`;
const place = ({ left, top, width, height }: FaceBox) => ({
  left: `${left * 100}%`,
  top: `${top * 100}%`,
  width: `${width * 100}%`,
  height: `${height * 100}%`,
});
const keyOf = ({ box }: Face) => `${box.left} ${box.top}`;

function summary({ faces }: Recognition): string {
  const known = faces.filter((face) => face.name !== null).length;
  if (faces.length === 0) return "There is no face on this picture.";
  const seen = faces.length === 1 ? "One face" : `${faces.length} faces`;
  if (known === 0) return `${seen}, and ${faces.length === 1 ? "it is not" : "none of them is"} known here.`;
  return known === faces.length ? `${seen}, known here.` : `${seen}, ${known} of them known here.`;
}

/** Who was seen, where, and which engine says so. Before the first picture, what to expect. */
export function RecognitionResult({ state: { recognition, picture, attempt } }: { state: CelebrityState }) {
  const known = recognition?.faces.filter((face) => face.name !== null) ?? [];
  return (
    <section className={classes.result} aria-labelledby="answer">
      <h2 id="answer">Answer</h2>
      <div role="status">
        {recognition ? (
          <div key={attempt}>
            <p className={classes.summary}>{summary(recognition)}</p>
            {known.length > 0 && (
              <ul className={classes.people}>
                {known.map((face) => (
                  <li key={keyOf(face)}>
                    <strong>{face.name}</strong>
                    {face.confidence !== null && <span> {percent(face.confidence)} sure</span>}
                    {face.links.map((link) => (
                      <a key={link} href={link} rel="noreferrer">
                        {new URL(link).hostname}
                      </a>
                    ))}
                  </li>
                ))}
              </ul>
            )}
            <p className={classes.engine}>Answered by {ENGINES[recognition.engine]}.</p>
          </div>
        ) : (
          <p className={classes.engine}>Send a picture, and the faces on it appear here.</p>
        )}
      </div>
      {recognition && picture && (
        <div className={classes.picture}>
          {/* biome-ignore lint/performance/noImgElement: a data URL has nothing to optimise */}
          <img src={picture.url} alt="The one you sent" width={picture.width} height={picture.height} />
          {recognition.faces.map((face) => (
            <span key={keyOf(face)} className={classes.face} data-known={face.name !== null} style={place(face.box)} aria-hidden="true" />
          ))}
        </div>
      )}
    </section>
  );
}
