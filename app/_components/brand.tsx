import Link from "next/link";
import classes from "./brand.module.css";

/** The mark and the name, leading home. */
export function Brand({ href = "/" }: { href?: string }) {
  return (
    <Link href={href} className={classes.brand}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#1f7358" />
        <g fill="#fff">
          <rect x="6" y="18.5" width="5" height="7.5" rx="2.5" transform="rotate(12 8.5 22)" />
          <rect x="13.5" y="12.5" width="5" height="8.5" rx="2.5" transform="rotate(12 16 17)" />
          <rect x="21" y="6" width="5" height="9.5" rx="2.5" fill="#f0bba3" transform="rotate(12 23.5 11)" />
        </g>
      </svg>
      <span>Footfall</span>
    </Link>
  );
}
