import { IconCamera, IconHomeDollar, IconRocket } from "@tabler/icons-react";
import Link from "next/link";
import { Footpath } from "./_components/footpath";
import classes from "./landing.module.css";

const THINGS = [
  {
    href: "/house-price",
    Icon: IconHomeDollar,
    title: "What is a house worth?",
    text: "Describe a house; a model of 546 real sales names a price, and how sure it is.",
  },
  {
    href: "/celebrity",
    Icon: IconCamera,
    title: "Who is in the picture?",
    text: "Send a photograph; a recogniser finds the faces and names those it knows.",
  },
  { href: "/launches", Icon: IconRocket, title: "What flies next?", text: "The coming rocket launches, fetched by the nightly pipeline." },
] as const;

/** The landing page: what this site is, and what there is to do. */
export default function LandingPage() {
  return (
    <>
      <section className={classes.hero}>
        <div>
          <p className={classes.kicker}>A demo site</p>
          <h1>Every step here is counted once.</h1>
          <p className={classes.lead}>
            Look around, try the forms, sign in and out. Footfall sees each visit on this site&rsquo;s own server, and its dashboard moves a
            moment later.
          </p>
          <p className={classes.ways}>
            <Link href="/house-price" className={classes.primary}>
              Price a house
            </Link>
            <Link href="/dashboard" className={classes.secondary}>
              Watch the dashboard
            </Link>
          </p>
        </div>
        <Footpath className={classes.path} />
      </section>
      <section aria-labelledby="things">
        <h2 id="things" className={classes.heading}>
          Three things to try
        </h2>
        <ul className={classes.things}>
          {THINGS.map(({ href, Icon, title, text }) => (
            <li key={href}>
              <Icon size={28} stroke={1.6} aria-hidden />
              <h3>
                <Link href={href}>{title}</Link>
              </h3>
              <p>{text}</p>
            </li>
          ))}
        </ul>
      </section>
      <section className={classes.promise} aria-labelledby="measured">
        <h2 id="measured">What is measured</h2>
        <p>
          The page, how it was asked for and how that ended, how long it took, and a first-party id that ties one visit together. No other
          company&rsquo;s script runs here, and nothing leaves this server.
        </p>
      </section>
    </>
  );
}
