/** A file to keep. The name is made of a slug, ids and dates, so it needs no quoting. */
export function fileResponse(body: BodyInit, type: string, filename: string): Response {
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="${filename}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

/** The mark at its start tells spreadsheets that the file is UTF-8. */
export const CSV_TYPE = "text/csv; charset=utf-8";
export const CSV_START = "\ufeff";
