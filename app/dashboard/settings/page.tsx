import type { Metadata } from "next";
import { headers } from "next/headers";
import { db } from "@/lib/db/client";
import { env } from "@/lib/env";
import { hasEvents } from "@/lib/store/change-site";
import { openDashboard } from "../_access/open-dashboard";
import { openSite } from "../_access/open-site";
import { PageHead } from "../_components/page-head";
import { dashboardHref } from "../_query/dashboard-href";
import { readSearch, type Search } from "../_query/read-search";
import { AuditList } from "./_components/audit-list";
import { lookAtRequest } from "./_components/own-request";
import { PasswordForm } from "./_components/password-form";
import { PersonForm } from "./_components/person-form";
import classes from "./_components/settings.module.css";
import { SettingsForm } from "./_components/settings-form";

export const metadata: Metadata = { title: "Settings" };

/** What can be set of a site, and what the app sees of the one who looks. */
export default async function SettingsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { query } = readSearch(await searchParams);
  const viewer = await openDashboard(dashboardHref("/dashboard/settings", query));
  const site = await openSite(query.site);
  const request = lookAtRequest(await headers());
  const fixed = await hasEvents(db(), site.id);
  const facts = [
    ["Connected from", request.peer ?? "not known"],
    ["Your address", request.address ?? "not known"],
    ["Taken because", request.reason],
    ["Country", request.country ?? "not known"],
    ["Trusted proxies", env().TRUSTED_PROXIES || "none"],
    ["Visitors are known by", env().FOOTFALL_IDENTITY === "cookieless" ? "a hash that changes daily" : "a first-party cookie"],
  ];
  return (
    <>
      <PageHead title="Settings" lead={`Of the site “${site.name}” (${site.slug}).`} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <section className={classes.card} aria-labelledby="site-settings">
            <h2 id="site-settings">The site</h2>
            {viewer.role === "viewer" ? (
              <p>Your account may look but not change anything; ask the owner for the role “admin”.</p>
            ) : (
              <SettingsForm
                site={site.slug}
                name={site.name}
                timezone={site.timezone}
                timezones={fixed ? [] : [...new Set(["UTC", site.timezone, ...Intl.supportedValuesOf("timeZone")])]}
                addressPrivacy={site.settings.addressPrivacy}
                privacySignal={site.settings.privacySignal}
                keep={{ eventDays: site.settings.eventDays, numberDays: site.settings.numberDays, archiveDays: site.settings.archiveDays }}
                collectHosts={site.settings.collectHosts}
                countHashes={site.settings.countHashes}
              />
            )}
          </section>
          {viewer.role !== "viewer" && (
            <section className={classes.card} aria-labelledby="one-person">
              <h2 id="one-person">One person’s data</h2>
              <PersonForm site={site.slug} mayErase={viewer.role === "owner"} />
            </section>
          )}
        </div>
        <div className={classes.column}>
          <section className={classes.card} aria-labelledby="own-request">
            <h2 id="own-request">What the app sees of you</h2>
            <dl className={classes.facts}>
              {facts.map(([term, fact]) => (
                <div key={term} style={{ display: "contents" }}>
                  <dt>{term}</dt>
                  <dd>{fact}</dd>
                </div>
              ))}
            </dl>
          </section>
          <section className={classes.card} aria-labelledby="own-password">
            <h2 id="own-password">Your password</h2>
            <PasswordForm />
          </section>
          {viewer.role !== "viewer" && (
            <section className={classes.card} aria-labelledby="audit">
              <h2 id="audit">What was done here</h2>
              <AuditList timezone={site.timezone} />
            </section>
          )}
        </div>
      </div>
    </>
  );
}
