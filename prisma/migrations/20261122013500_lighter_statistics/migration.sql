-- A foreign key is checked by a trigger a row: of a load of millions of rows that was seven parts of ten. The rows of a day are written under the
-- lock of its run, which names a site that exists; what the key did when a site goes, a trigger on the site does.
ALTER TABLE "daily_address_page" DROP CONSTRAINT "daily_address_page_site_id_fkey";
ALTER TABLE "daily_address" DROP CONSTRAINT "daily_address_site_id_fkey";
ALTER TABLE "daily_page" DROP CONSTRAINT "daily_page_site_id_fkey";

CREATE FUNCTION forget_daily_statistics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM daily_address_page WHERE site_id = OLD.id;
  DELETE FROM daily_address WHERE site_id = OLD.id;
  DELETE FROM daily_page WHERE site_id = OLD.id;
  RETURN OLD;
END
$$;
CREATE TRIGGER forget_daily_statistics AFTER DELETE ON "site" FOR EACH ROW EXECUTE FUNCTION forget_daily_statistics();
