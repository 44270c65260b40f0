"use client";

import { useEffect, useRef } from "react";
import classes from "./metric-tile.module.css";

const FLASH_MS = 900;

/** A value that lights up for a moment when it changes, in its place. Where motion is unwelcome it only changes. */
export function ChangingValue({ text }: { text: string }) {
  const element = useRef<HTMLSpanElement>(null);
  const shown = useRef(text);
  useEffect(() => {
    if (shown.current === text) return;
    shown.current = text;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    element.current?.animate([{ backgroundColor: "var(--ff-flash)" }, { backgroundColor: "transparent" }], {
      duration: FLASH_MS,
      easing: "ease-out",
    });
  }, [text]);
  return (
    <span ref={element} className={classes.number}>
      {text}
    </span>
  );
}
